// Documents as files: export to a download, import from a picked file or from an address that a link
// gave. A link is only offered: nothing large is fetched before the user has seen its size.
import type { StoreApi } from "zustand/vanilla";
import type {
  DocumentFileSummary,
  EngineApi,
  EngineErrorData,
  TransferProgress,
} from "../../workers/protocol.ts";
import { toErrorData } from "../client/index.ts";
import type { AppState } from "./app-state.ts";
import type { Attempt } from "./failures.ts";

/** A document that a link wants to add. */
export interface DocumentOffer {
  readonly address: string;
  /** Null while its beginning is fetched, and for a plain file. */
  readonly summary: DocumentFileSummary | null;
  /** A text or another file that is no exported document, fetched. */
  readonly file: File | null;
  readonly error: EngineErrorData | null;
}

export interface TransferActions {
  exportDocument(documentId: string): Promise<void>;
  importFile(file: File): Promise<void>;
  /** Looks at the document behind a link; one that is in the library is opened at once. */
  offerDocument(address: string): Promise<void>;
  acceptOffer(): Promise<void>;
  declineOffer(): void;
  cancelTransfer(jobId: string): Promise<void>;
}

export const DOCUMENT_FILE = ".ltri";
/** An exported document begins with it, whatever its name. */
const FILE_MARK = "LTRIDOC1";
const MAX_NAME = 100;

export function transferActions(
  api: EngineApi,
  store: StoreApi<AppState>,
  saveFile: (file: Blob, name: string) => void,
  attempt: Attempt,
  /** Shows a document that may not be in the list yet. */
  show: (documentId: string) => void,
  tellAlreadyHere: (title: string) => void,
  /** What lies at an address, as a file; and the way of a file into the library. */
  files: {
    readonly fetch: (address: string) => Promise<File>;
    readonly add: (files: readonly File[]) => Promise<void>;
  },
): TransferActions {
  /** The job that asks what the offered document is. */
  let asking: string | null = null;

  /** Shows the transfer from its first moment to its end, however it ends. */
  async function withProgress(
    kind: TransferProgress["kind"],
    title: string,
    run: (jobId: string) => Promise<void>,
  ): Promise<void> {
    const jobId = crypto.randomUUID();
    const begun = {
      jobId,
      kind,
      title,
      bytes: 0,
      totalBytes: 0,
      bytesPerSecond: 0,
      secondsLeft: 0,
    };
    store.setState(({ transfers }) => ({ transfers: { ...transfers, [jobId]: begun } }));
    try {
      await run(jobId);
    } finally {
      const { [jobId]: _ended, ...transfers } = store.getState().transfers;
      store.setState({ transfers });
    }
  }

  function take(title: string, source: Blob | string): Promise<void> {
    return attempt("add", title, () =>
      withProgress("import", title, async (jobId) => {
        const { documentId, existed } = await api.importDocument(jobId, source);
        show(documentId);
        if (existed) tellAlreadyHere(title);
      }),
    );
  }

  /** The file at an address that holds no exported document; null for a broken one, or if it cannot be had. */
  async function plainFile(address: string): Promise<File | null> {
    if (
      address
        .replace(/[?#].*$/, "")
        .toLowerCase()
        .endsWith(DOCUMENT_FILE)
    )
      return null;
    const file = await files.fetch(address).catch(() => null);
    const isBroken = (await file?.slice(0, FILE_MARK.length).text()) === FILE_MARK;
    return isBroken ? null : file;
  }

  return {
    async exportDocument(documentId) {
      const document = store.getState().documents.find((one) => one.id === documentId);
      if (!document) return;
      const { title } = document;
      await attempt("export", title, () =>
        withProgress("export", title, async (jobId) => {
          saveFile(await api.exportDocument(jobId, documentId), fileNameOf(title));
        }),
      );
    },
    importFile: (file) => take(file.name, file),
    async offerDocument(address) {
      const jobId = crypto.randomUUID();
      asking = jobId;
      store.setState({ offer: { address, summary: null, file: null, error: null } });
      const isCurrent = () => store.getState().offer?.address === address;
      try {
        const summary = await api.inspectDocumentFile(jobId, address);
        if (!isCurrent()) return;
        if (summary.existingId === null) {
          store.setState({ offer: { address, summary, file: null, error: null } });
        } else {
          store.setState({ offer: null });
          show(summary.existingId);
        }
      } catch (thrown) {
        const error = toErrorData(thrown);
        const file = error.code === "format-invalid" ? await plainFile(address) : null;
        const shown = file ? null : error;
        if (isCurrent()) store.setState({ offer: { address, summary: null, file, error: shown } });
      }
    },
    async acceptOffer() {
      const { offer } = store.getState();
      store.setState({ offer: null });
      if (offer?.summary) await take(offer.summary.title, offer.address);
      if (offer?.file) await files.add([offer.file]);
    },
    declineOffer() {
      const isAsked = store.getState().offer?.summary === null;
      store.setState({ offer: null });
      // The connection is closed, not left to send what nobody wants.
      if (isAsked && asking !== null) void api.cancel(asking).catch(() => {});
      asking = null;
    },
    async cancelTransfer(jobId) {
      await api.cancel(jobId).catch(() => {}); // already over
    },
  };
}

/** A name that every file system takes. */
export function fileNameOf(title: string): string {
  const safe = title.replace(/[\u0000-\u001f\\/:*?"<>|]+/g, " ").trim();
  return `${safe.slice(0, MAX_NAME).trim() || "document"}${DOCUMENT_FILE}`;
}
