// Which action failed or was done, and to what. The words for it are the app's, by language.

export type FailureKind =
  | "add"
  | "add-parts"
  | "add-sample"
  | "choose-device"
  | "choose-adapter"
  | "choose-engine"
  | "pause"
  | "resume"
  | "read-again"
  | "rename"
  | "delete"
  | "export"
  | "measure-heads"
  | "load-model"
  | "open-model-file"
  | "open-model-address"
  | "download-model"
  | "stop-download"
  | "verify-model"
  | "delete-model";

export interface Failure {
  readonly kind: FailureKind;
  /** What it was done to; empty where the kind says it. */
  readonly name: string;
}

/** Runs an action; its failure is told to the user instead of becoming an unhandled rejection. */
export type Attempt = (
  kind: FailureKind,
  name: string,
  action: () => Promise<void>,
) => Promise<void>;

export type MessageKind =
  | "document-deleted"
  | "conversation-deleted"
  | "turn-deleted"
  | "collection-deleted"
  | "already-here"
  | "persistence-refused";

/** Something that was done, shown for a while. */
export interface Message {
  readonly id: number;
  readonly kind: MessageKind;
  readonly name: string;
  /** It can still be taken back. */
  readonly canUndo: boolean;
}
