// The events of <inkspan-chat>: CustomEvents that do not bubble, with these details.
import type { Answer, EngineErrorData, Evidence } from "../library/index.ts";

export interface ChatProgress {
  readonly stage: "model" | "reading";
  /** Bytes of the model, tokens of the text. */
  readonly done: number;
  readonly total: number;
  readonly perSecond: number;
  readonly secondsLeft: number;
}

export interface ChatEvents {
  /** Questions can be asked. */
  ready: { readonly documentId: string };
  progress: ChatProgress;
  answer: { readonly question: string; readonly answer: Answer };
  /** A passage was chosen; `preventDefault()` leaves showing it to the page. */
  evidence: { readonly evidence: Evidence };
  error: EngineErrorData;
}
