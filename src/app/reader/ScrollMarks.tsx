// Where the marks stand in the whole text, beside its scroll bar. By offset, which is where the bar
// stands too, as near as a reader sees.
import { useMemo } from "react";
import type { Mark } from "./paragraphs.ts";

interface ScrollMarksProps {
  readonly characters: number;
  readonly marks: readonly Mark[];
  readonly kind: "found" | "evidence";
}

const ROWS = 500;

export function ScrollMarks({ characters, marks, kind }: ScrollMarksProps) {
  const path = useMemo(() => {
    const rows = new Set(marks.map(({ start }) => Math.floor((start / characters) * ROWS)));
    return [...rows].map((row) => `M0 ${row}h1v2h-1z`).join("");
  }, [marks, characters]);
  if (marks.length === 0) return null;
  return (
    <svg
      className="scroll-marks"
      data-kind={kind}
      viewBox={`0 0 1 ${ROWS}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
