// What reading a file gives: plain text, and where its pages or chapters begin. Knows no worker and
// no page; what differs between browser and Node comes in as `PdfHost`.
import type { Section } from "../engine/sections.ts";

export interface ExtractedDocument {
  /** As the document itself names it; undefined where it does not. */
  readonly title: string | undefined;
  /** Line feeds only; a blank line between paragraphs. */
  readonly text: string;
  readonly sections: readonly Section[];
  /** What could not be read, in sentences; empty where everything was. */
  readonly notices: readonly string[];
}

export interface ExtractionProgress {
  readonly done: number;
  readonly total: number;
  readonly unit: "pages" | "chapters" | "bytes";
}

export interface PdfHost {
  /** One of the parser's character maps, for older Chinese, Japanese and Korean files. */
  readonly readCharacterMap: (name: string) => Promise<Uint8Array>;
}

export interface ExtractionHost {
  readonly pdf: PdfHost;
  readonly onProgress: (progress: ExtractionProgress) => void;
}
