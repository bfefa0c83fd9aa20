// Files on their way into the library: read by the extraction worker, then handed to the engine.
// One after the other, so that the library keeps their order; files that come meanwhile wait.
import type { StoreApi } from "zustand/vanilla";
import type { ExtractedFile, ExtractionProgress } from "../../workers/extraction-protocol.ts";
import type { EngineErrorData, Section } from "../../workers/protocol.ts";
import type { AppState } from "./app-state.ts";
import type { Attempt, FailureKind } from "./failures.ts";

export interface Importing {
  readonly fileName: string;
  /** Null before the first report. */
  readonly progress: ExtractionProgress | null;
  readonly perSecond: number;
  readonly secondsLeft: number;
  /** The text is out of the file and on its way to the store: too late to cancel. */
  readonly storing: boolean;
  /** Files behind this one. */
  readonly waiting: number;
}

export interface ImportActions {
  /** Resolves when these files, and those before them, have been taken in. */
  addFiles(files: readonly File[]): Promise<void>;
  /** Stops the file being read and leaves out those behind it. */
  cancelImport(): void;
}

/** Starts reading a file; see the client's `startExtraction`. */
export type Extract = (
  file: File,
  onProgress: (progress: ExtractionProgress) => void,
) => { readonly done: Promise<ExtractedFile>; cancel(): void };

export function importActions(
  store: StoreApi<AppState>,
  extract: Extract,
  attempt: Attempt,
  /** Shows what could not be read of a file that was added. */
  report: (kind: FailureKind, name: string, error: EngineErrorData) => void,
  add: (title: string, text: Blob, sections: readonly Section[]) => Promise<void>,
  now: () => number = () => Date.now(),
): ImportActions {
  let cancel: (() => void) | undefined;
  let waiting: File[] = [];
  let running: Promise<void> | undefined;

  function show(importing: Omit<Importing, "waiting"> | null): void {
    store.setState({ importing: importing && { ...importing, waiting: waiting.length } });
  }

  async function importFile(file: File): Promise<void> {
    const started = now();
    const shown = {
      fileName: file.name,
      progress: null,
      perSecond: 0,
      secondsLeft: Number.NaN,
      storing: false,
    };
    show(shown);
    let reading = true;
    const extraction = extract(file, (progress) => {
      if (!reading) return; // sent before the end, arrived behind it
      const perSecond = progress.done / Math.max(0.001, (now() - started) / 1000);
      const secondsLeft = (progress.total - progress.done) / perSecond;
      show({ ...shown, progress, perSecond, secondsLeft });
    });
    cancel = () => extraction.cancel();
    const { title, text, sections, notices } = await extraction.done.finally(() => {
      reading = false;
      cancel = undefined;
    });
    show({ ...shown, storing: true });
    await add(title ?? titleOfFile(file.name), text, sections);
    for (const message of notices) {
      report("add-parts", file.name, { code: "format-invalid", message });
    }
  }

  async function run(): Promise<void> {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const current = file;
      await attempt("add", current.name, () => importFile(current));
    }
    running = undefined;
    show(null);
  }

  return {
    addFiles(files) {
      waiting.push(...files);
      if (!running && files.length > 0) running = run();
      return running ?? Promise.resolve();
    },
    cancelImport() {
      waiting = [];
      cancel?.();
    },
  };
}

/** A title from a file name: no extension, underscores as spaces. */
export function titleOfFile(name: string): string {
  const stem = name.replace(/\.[^.]+$/, "").replace(/_+/g, " ");
  return stem.trim() || name;
}
