// The scrolling text. Heights are estimated from lengths and measured when drawn, so a scroll to a
// far passage goes to its paragraph first and to the mark itself once that is drawn.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { markPieces, paragraphAt, type Paragraph } from "./paragraphs.ts";

/** Passages to mark; a new `visit` scrolls to the active one. */
export interface Marks {
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  readonly active: number | null;
  readonly visit: number;
}

interface TextViewProps {
  readonly text: string;
  readonly paragraphs: readonly Paragraph[];
  readonly marks: Marks | null;
  readonly jump: Jump | null;
  /** Told the offset of the first paragraph in view. */
  readonly onRead: (offset: number) => void;
}

/** A wish to see the text at an offset; `visit` grows with every wish. */
export interface Jump {
  readonly offset: number;
  readonly visit: number;
}

const LINE_PX = 29;
const PARAGRAPH_GAP_PX = 16;
const AVERAGE_CHARACTER_PX = 8.2;
const HEADING_LENGTH = 60;

export function TextView({ text, paragraphs, marks, jump, onRead }: TextViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: paragraphs.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const paragraph = paragraphs[index];
      const width = Math.min(scroller.current?.clientWidth ?? 640, 720) - 48;
      const perLine = Math.max(20, width / AVERAGE_CHARACTER_PX);
      const length = paragraph ? paragraph.end - paragraph.start : 0;
      return Math.ceil(length / perLine) * LINE_PX + PARAGRAPH_GAP_PX;
    },
    overscan: 8,
  });

  const visit = marks?.visit ?? 0;
  const target = marks?.active == null ? undefined : marks.ranges[marks.active];
  const targetStart = target?.start;
  useEffect(() => {
    if (targetStart === undefined) return;
    const index = paragraphAt(paragraphs, targetStart);
    virtualizer.scrollToIndex(index, { align: "start" });
    let frames = 0;
    let frame = requestAnimationFrame(function settle() {
      const element = scroller.current;
      const mark = element?.querySelector<HTMLElement>(`[data-index="${index}"] mark[data-active]`);
      if (element && mark) {
        // By hand: scrollIntoView would also move the page around the pane.
        const offset = mark.getBoundingClientRect().top - element.getBoundingClientRect().top;
        const wanted = element.clientHeight / 4;
        if (Math.abs(offset - wanted) > 2) element.scrollTop += offset - wanted;
      }
      // Paragraphs above are still being measured during the first frames and push the mark away.
      if (++frames < 12) frame = requestAnimationFrame(settle);
    });
    return () => cancelAnimationFrame(frame);
  }, [visit, targetStart, paragraphs, virtualizer]);

  useEffect(() => {
    if (jump) virtualizer.scrollToIndex(paragraphAt(paragraphs, jump.offset), { align: "start" });
  }, [jump, paragraphs, virtualizer]);

  const rows = virtualizer.getVirtualItems();
  const scrolled = virtualizer.scrollOffset ?? 0;
  const first = paragraphs[rows.find((row) => row.end > scrolled)?.index ?? 0]?.start ?? 0;
  const told = useRef(0);
  useEffect(() => {
    if (told.current === first) return;
    told.current = first;
    onRead(first);
  }, [first, onRead]);

  return (
    <div
      ref={scroller}
      className="text-scroller"
      role="region"
      aria-label="Document text"
      tabIndex={0}
    >
      <div className="text-body" style={{ height: virtualizer.getTotalSize() }}>
        {rows.map((row) => {
          const paragraph = paragraphs[row.index];
          if (!paragraph) return null;
          const pieces = markPieces(text, paragraph, marks?.ranges ?? [], marks?.active ?? null);
          return (
            <p
              key={row.key}
              ref={virtualizer.measureElement}
              data-index={row.index}
              data-heading={isHeading(text, paragraph) || undefined}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              {pieces.map((piece, index) =>
                piece.marked ? (
                  <mark key={index} data-active={piece.active || undefined}>
                    {piece.text}
                  </mark>
                ) : (
                  piece.text
                ),
              )}
            </p>
          );
        })}
      </div>
    </div>
  );
}

/** A short line of its own without sentence punctuation looks like a heading. Looks only. */
function isHeading(text: string, { start, end }: Paragraph): boolean {
  if (end - start > HEADING_LENGTH) return false;
  const line = text.slice(start, end);
  return !line.includes("\n") && !/[.,;:!?”"’'…*-]$/.test(line.trim());
}
