import { expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import type { DocumentFileSummary, DocumentSummary, EngineApi } from "../../workers/protocol.ts";
import type { Attempt } from "./failures.ts";
import { type AppState, initialState } from "./app-state.ts";
import { mirrorEvents } from "./mirror-events.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import { fileNameOf, transferActions } from "./transfer-actions.ts";

const ADDRESS = "https://example.org/book.ltri";
const SUMMARY: DocumentFileSummary = {
  from: "https://elsewhere.example/a.ltri",
  title: "Book",
  modelName: "Nano",
  characters: 10,
  tokens: 5,
  bytes: 900,
  existingId: null,
};

function setUp(calls: Partial<EngineApi>) {
  const store = createStore<AppState>(() => ({
    ...initialState(DEFAULT_SETTINGS, null),
    documents: [{ id: "d", title: "A/B" } as DocumentSummary],
  }));
  const saveFile = vi.fn<(file: Blob, name: string) => void>();
  const show = vi.fn<(id: string) => void>();
  const failures: string[] = [];
  const attempt: Attempt = async (kind, name, action) => {
    await action().catch((thrown: unknown) => failures.push(`${kind} ${name}: ${String(thrown)}`));
  };
  const addFiles = vi.fn<(files: readonly File[]) => Promise<void>>(() => Promise.resolve());
  const tellAlreadyHere = vi.fn<(title: string) => void>();
  const fetchFile = (address: string) =>
    address.endsWith(".txt")
      ? Promise.resolve(new File(["plain"], "plain.txt"))
      : address.endsWith("/broken")
        ? Promise.resolve(new File(["LTRIDOC1\0\0\0"], "broken"))
        : Promise.reject(new Error("404"));
  const actions = transferActions(
    calls as EngineApi,
    store,
    saveFile,
    attempt,
    show,
    tellAlreadyHere,
    {
      fetch: fetchFile,
      add: addFiles,
    },
  );
  return { store, saveFile, addFiles, tellAlreadyHere, show, failures, actions };
}

test("an export is shown with its progress and ends as a file named after the document", async () => {
  let finish: (file: Blob) => void = () => {};
  const jobs: string[] = [];
  const { store, saveFile, actions } = setUp({
    exportDocument: (jobId) => {
      jobs.push(jobId);
      return new Promise((resolve) => (finish = resolve));
    },
  });
  const exporting = actions.exportDocument("d");
  const [jobId] = jobs;
  expect(store.getState().transfers[jobId!]).toMatchObject({ kind: "export", title: "A/B" });
  const begun = store.getState().transfers[jobId!]!;
  const progress = { ...begun, bytes: 400, totalBytes: 900 };
  store.setState(mirrorEvents(store.getState(), [{ type: "transfer", progress }]), true);
  expect(store.getState().transfers[jobId!]?.bytes).toBe(400);
  finish(new Blob(["x"]));
  await exporting;
  expect(saveFile.mock.calls[0]?.[1]).toBe("A B.ltri");
  expect(store.getState().transfers).toEqual({});
  // An event that was on its way does not bring it back.
  store.setState(mirrorEvents(store.getState(), [{ type: "transfer", progress }]), true);
  expect(store.getState().transfers).toEqual({});
});

test("a failed import is told and leaves no progress behind", async () => {
  const { store, failures, show, actions } = setUp({
    importDocument: () => Promise.reject(new Error("damaged")),
  });
  await actions.importFile(new File(["x"], "book.ltri"));
  expect(failures).toEqual(["add book.ltri: Error: damaged"]);
  expect(show).not.toHaveBeenCalled();
  expect(store.getState().transfers).toEqual({});
});

test("a link is offered with its size and fetched only when accepted", async () => {
  const importDocument = vi.fn(() => Promise.resolve({ documentId: "new", existed: false }));
  const { store, show, actions } = setUp({
    inspectDocumentFile: () => Promise.resolve(SUMMARY),
    importDocument,
  });
  await actions.offerDocument(ADDRESS);
  expect(store.getState().offer).toEqual({
    address: ADDRESS,
    summary: SUMMARY,
    file: null,
    error: null,
  });
  actions.declineOffer();
  await actions.acceptOffer();
  expect(importDocument).not.toHaveBeenCalled();
  await actions.offerDocument(ADDRESS);
  await actions.acceptOffer();
  expect(importDocument).toHaveBeenCalledWith(expect.any(String), ADDRESS);
  expect(show).toHaveBeenCalledWith("new");
  expect(store.getState().offer).toBeNull();
});

test("a link to a plain text offers it as a file", async () => {
  const { store, addFiles, actions } = setUp({
    inspectDocumentFile: () =>
      Promise.reject(new Error(JSON.stringify({ code: "format-invalid", message: "no index" }))),
  });
  await actions.offerDocument("https://example.org/plain.txt");
  expect(store.getState().offer).toMatchObject({ summary: null, error: null });
  expect(store.getState().offer?.file?.name).toBe("plain.txt");
  await actions.acceptOffer();
  expect(addFiles.mock.calls[0]?.[0].map((one) => one.name)).toEqual(["plain.txt"]);
});

test.each(["https://example.org/book.ltri?v=2", "https://example.org/broken"])(
  "a broken document file is not offered as a text: %s",
  async (address) => {
    const error = { code: "format-invalid", message: "its header is not valid" };
    const { store, actions } = setUp({
      inspectDocumentFile: () => Promise.reject(new Error(JSON.stringify(error))),
    });
    await actions.offerDocument(address);
    expect(store.getState().offer).toMatchObject({ summary: null, file: null, error });
  },
);

test("a file that is in the library already is told", async () => {
  const { tellAlreadyHere, actions } = setUp({
    importDocument: () => Promise.resolve({ documentId: "d", existed: true }),
  });
  await actions.importFile(new File(["x"], "book.ltri"));
  expect(tellAlreadyHere).toHaveBeenCalledWith("book.ltri");
});

test("a link to a document that is in the library opens it without asking", async () => {
  const { store, show, actions } = setUp({
    inspectDocumentFile: () => Promise.resolve({ ...SUMMARY, existingId: "d" }),
  });
  await actions.offerDocument(ADDRESS);
  expect(show).toHaveBeenCalledWith("d");
  expect(store.getState().offer).toBeNull();
});

test("a link that cannot be read says why; an answer after the dialog was closed is dropped", async () => {
  const failing = setUp({
    inspectDocumentFile: () =>
      Promise.reject(new Error(JSON.stringify({ code: "download-failed", message: "404" }))),
  });
  await failing.actions.offerDocument(ADDRESS);
  expect(failing.store.getState().offer?.error?.code).toBe("download-failed");
  let answer: (summary: DocumentFileSummary) => void = () => {};
  const cancel = vi.fn(() => Promise.resolve());
  const late = setUp({
    inspectDocumentFile: () => new Promise((resolve) => (answer = resolve)),
    cancel,
  });
  const offering = late.actions.offerDocument(ADDRESS);
  late.actions.declineOffer();
  expect(cancel).toHaveBeenCalledOnce(); // the connection is closed at once
  answer(SUMMARY);
  await offering;
  expect(late.store.getState().offer).toBeNull();
});

test.each([
  ["Treasure Island", "Treasure Island.ltri"],
  ['a\\b:c*d?"e<f>g|h\n', "a b c d e f g h.ltri"],
  ["///", "document.ltri"],
  ["x".repeat(300), `${"x".repeat(100)}.ltri`],
])("the file of %j is named %j", (title, name) => {
  expect(fileNameOf(title)).toBe(name);
});
