// Documents as files, as the page sees it: what a file holds before it is taken in, and the progress of
// a transfer in either direction.

export interface TransferProgress {
  /** Chosen by the caller; `cancel` takes it. */
  readonly jobId: string;
  readonly kind: "export" | "import";
  readonly title: string;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number;
}

/** From the file's header: nothing is stored yet. */
export interface DocumentFileSummary {
  readonly title: string;
  readonly modelName: string;
  readonly characters: number; // UTF-16 units
  readonly tokens: number;
  /** Of the whole file. */
  readonly bytes: number;
  /** Where it came from in the end, for one from an address: behind every redirect. */
  readonly from: string | null;
  /** The document it would become is in the library already. */
  readonly existingId: string | null;
}

export interface ImportedDocument {
  readonly documentId: string;
  /** It was in the library before; nothing was stored. */
  readonly existed: boolean;
}
