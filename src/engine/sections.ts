// Sections of a document: where its pages or chapters begin, so that a passage can say where it
// stands. They come with the text, are stored with it, and take no part in the index.
import * as v from "valibot";
import { EngineError } from "./errors.ts";

export interface Section {
  /** UTF-16 units of the document's text. */
  readonly start: number;
  /** As shown: "Page 12", "Chapter 3: The Black Spot". */
  readonly label: string;
}

const MAX_SECTIONS = 100_000;
const MAX_LABEL = 200;

const schema = v.pipe(
  v.array(
    v.object({
      start: v.pipe(v.number(), v.integer(), v.minValue(0)),
      label: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_LABEL)),
    }),
  ),
  v.maxLength(MAX_SECTIONS),
);

/** Sections in ascending order inside a text of `characters`; undefined for anything else. */
export function parseSections(value: unknown, characters: number): readonly Section[] | undefined {
  const result = v.safeParse(schema, value);
  if (!result.success) return undefined;
  let before = -1;
  for (const { start } of result.output) {
    if (start <= before || start >= characters) return undefined;
    before = start;
  }
  return result.output;
}

export interface DocumentContent {
  readonly text: string;
  readonly sections: readonly Section[];
}

/** The text as it is stored (line feeds, no white space around it), sections moved along. */
export function cleanDocument(
  title: string,
  text: string,
  sections: readonly Section[],
): DocumentContent {
  const checked = parseSections(sections, Math.max(1, text.length));
  if (!checked) {
    throw new EngineError(
      "format-invalid",
      `The pages or chapters of "${title}" are not in order.`,
    );
  }
  const lines = text.replaceAll("\r\n", "\n");
  const clean = lines.trim();
  const lead = lines.length - lines.trimStart().length;
  const moved: Section[] = [];
  let from = 0;
  let removed = lead;
  for (const { start, label } of checked) {
    removed += text.slice(from, start).split("\r\n").length - 1;
    from = start;
    const place = { start: Math.max(0, start - removed), label };
    if (place.start >= clean.length) break;
    // Sections that hold nothing but the white space cut off share a start: the last one counts.
    if (moved.at(-1)?.start === place.start) moved.pop();
    moved.push(place);
  }
  return { text: clean, sections: moved };
}

/** Label of the section that holds `offset`. */
export function placeOf(sections: readonly Section[], offset: number): string | undefined {
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sections[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  return sections[low - 1]?.label;
}
