// Pages or chapters of the open text: shows the one in view and goes to another.
import type { Section } from "../../../workers/protocol.ts";
import { words } from "../words/index.ts";
import { sectionAt } from "./outline.ts";

interface SectionPickerProps {
  readonly sections: readonly Section[];
  /** Offset of the text in view. */
  readonly offset: number;
  readonly onGo: (offset: number) => void;
}

export function SectionPicker({ sections, offset, onGo }: SectionPickerProps) {
  const current = sections[Math.max(0, sectionAt(sections, offset))];
  return (
    <select
      className="section-picker"
      aria-label={words.reader.pageOrChapter}
      value={current?.start ?? 0}
      onChange={(event) => onGo(Number(event.target.value))}
    >
      {sections.map(({ start, label }) => (
        <option key={start} value={start}>
          {label}
        </option>
      ))}
    </select>
  );
}
