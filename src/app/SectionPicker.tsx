// Pages or chapters of the open text: shows the one in view and goes to another.
import type { OpenText } from "../state/index.ts";

type Sections = Extract<OpenText, { status: "ready" }>["sections"];

interface SectionPickerProps {
  readonly sections: Sections;
  /** Offset of the text in view. */
  readonly offset: number;
  readonly onGo: (offset: number) => void;
}

export function SectionPicker({ sections, offset, onGo }: SectionPickerProps) {
  const current = sections.findLast((section) => section.start <= offset) ?? sections[0];
  return (
    <label className="section-picker">
      <span className="visually-hidden">Page or chapter</span>
      <select value={current?.start ?? 0} onChange={(event) => onGo(Number(event.target.value))}>
        {sections.map(({ start, label }) => (
          <option key={start} value={start}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
