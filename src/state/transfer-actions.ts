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

/** A document that a link wants to add. */
export interface DocumentOffer {
  readonly address: string;
  /** Null while its beginning is fetched. */
  readonly summary: DocumentFileSummary | null;
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
const MAX_NAME = 100;

export function transferActions(
  api: EngineApi,
  store: StoreApi<AppState>,
  saveFile: (file: Blob, name: string) => void,
  /** Runs an action; its failure becomes a notice. */
  attempt: (what: string, action: () => Promise<void>) => Promise<void>,
  /** Shows a document that may not be in the list yet. */
  show: (documentId: string) => void,
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
    return attempt(`“${title}” was not added`, () =>
      withProgress("import", title, async (jobId) => {
        const { documentId } = await api.importDocument(jobId, source);
        show(documentId);
      }),
    );
  }

  return {
    async exportDocument(documentId) {
      const document = store.getState().documents.find((one) => one.id === documentId);
      if (!document) return;
      const { title } = document;
      await attempt(`“${title}” could not be exported`, () =>
        withProgress("export", title, async (jobId) => {
          saveFile(await api.exportDocument(jobId, documentId), fileNameOf(title));
        }),
      );
    },
    importFile: (file) => take(file.name, file),
    async offerDocument(address) {
      const jobId = crypto.randomUUID();
      asking = jobId;
      store.setState({ offer: { address, summary: null, error: null } });
      const isCurrent = () => store.getState().offer?.address === address;
      try {
        const summary = await api.inspectDocumentFile(jobId, address);
        if (!isCurrent()) return;
        if (summary.existingId === null) {
          store.setState({ offer: { address, summary, error: null } });
        } else {
          store.setState({ offer: null });
          show(summary.existingId);
        }
      } catch (thrown) {
        const error = toErrorData(thrown);
        if (isCurrent()) store.setState({ offer: { address, summary: null, error } });
      }
    },
    async acceptOffer() {
      const { offer } = store.getState();
      store.setState({ offer: null });
      if (offer?.summary) await take(offer.summary.title, offer.address);
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
