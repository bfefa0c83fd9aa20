import { describe, expect, test } from "vitest";
import type { Answer, DocumentSummary, EngineApi, EngineEvent } from "../../workers/protocol.ts";
import { askBlocker, conversationKey, unreadDocument } from "./app-state.ts";
import { createAppStore } from "./create-app-store.ts";
import { parseSettings } from "./settings.ts";
import { openOrigin, type Origin } from "./testing/page-services.ts";
import { ANSWER, DOCUMENT, plainEngine, READY } from "./testing/plain-engine.ts";

function setUp(calls: Partial<EngineApi> = {}, origin: Origin = openOrigin()) {
  const { api, emit } = plainEngine(calls);
  const services = origin.openTab();
  const app = createAppStore(api, services);
  const turns = (id = "d1") => app.store.getState().conversations[id]?.turns ?? [];
  return { ...app, turns, shelf: services.shelf, emit };
}

const LISTED: EngineEvent = { type: "documents", documents: [DOCUMENT] };

test("documents that a widget keeps to itself are not in the library", async () => {
  const { store, actions, emit } = setUp();
  await actions.start();
  emit(READY, {
    type: "documents",
    documents: [DOCUMENT, { ...DOCUMENT, id: "w", owner: "widget" }],
  });
  expect(store.getState().documents.map(({ id }) => id)).toEqual([DOCUMENT.id]);
});

test("the first listed document is selected and its text opened", async () => {
  const { store, actions, emit } = setUp();
  await actions.start();
  emit(READY, LISTED);
  expect(store.getState().selectedId).toBe("d1");
  await expect.poll(() => store.getState().text.status).toBe("ready");
  expect(askBlocker(store.getState())).toBeNull();
});

test("tokens stream into the turn, the answer replaces them, and the turn is kept", async () => {
  const { store, actions, turns, shelf, emit } = setUp({
    ask: ({ jobId }) => {
      emit({ type: "token", jobId, text: "The " }, { type: "token", jobId, text: "qu" });
      expect(turns()[0]).toMatchObject({
        status: "streaming",
        answer: "The qu",
      });
      return Promise.resolve(ANSWER);
    },
  });
  await actions.start();
  emit(READY, LISTED);
  await actions.ask("Where?");
  const [turn] = turns();
  expect(turn).toMatchObject({ status: "done", answer: "The quay.", stopped: "end" });
  expect((await shelf.load("d1"))?.turns).toEqual([turn]);
  // The strongest passage comes into view by itself, but not in front of another view.
  expect(store.getState().highlight).toMatchObject({ active: 0, visit: 1, isWanted: false });
  actions.showEvidence(turn!.id, 0);
  expect(store.getState().highlight).toMatchObject({ active: 0, visit: 2, isWanted: true });
});

test("text that arrives behind its answer changes nothing", async () => {
  const { turns, actions, emit } = setUp({ ask: () => Promise.resolve(ANSWER) });
  await actions.start();
  emit(READY, LISTED);
  await actions.ask("Where?");
  const [turn] = turns();
  emit({ type: "token", jobId: turn!.id, text: "quay." });
  expect(turns()).toEqual([turn]);
});

test("what computes is chosen before the model is loaded, and again in the settings", async () => {
  const calls: string[] = [];
  const { actions } = setUp({
    chooseDevice: (choice) => {
      calls.push(choice);
      return Promise.resolve();
    },
    loadModel: () => {
      calls.push("load");
      return Promise.resolve({} as never);
    },
  });
  await actions.start();
  actions.changeSettings({ device: "cpu" });
  actions.changeSettings({ seed: 2 });
  expect(calls).toEqual(["auto", "load", "cpu"]);
});

test("a question cut off by a lost device is asked again once", async () => {
  const jobs: string[] = [];
  const { turns, actions, emit } = setUp({
    ask: ({ jobId }) => {
      jobs.push(jobId);
      if (jobs.length > 1) return Promise.resolve(ANSWER);
      return Promise.reject(new Error('{"code":"device-lost","message":"reset"}'));
    },
  });
  await actions.start();
  emit(READY, LISTED);
  await actions.ask("Where?");
  expect(jobs).toHaveLength(2);
  expect(turns()[0]).toMatchObject({ status: "done", error: null });
});

test("the measured heads vote when the user says so, and a running measurement can be stopped", async () => {
  const chosen: unknown[] = [];
  const cancelled: string[] = [];
  let end: (error: Error) => void = () => {};
  const { store, actions, emit } = setUp({
    chooseEngine: (...choice) => {
      chosen.push(choice);
      return Promise.resolve();
    },
    measureHeads: (jobId) => {
      const progress = { jobId, tokens: 3, totalTokens: 9, tokensPerSecond: 1, secondsLeft: 6 };
      emit({ type: "heads", state: { measured: null, progress } });
      return new Promise((_, reject) => (end = reject));
    },
    cancel: (jobId) => {
      cancelled.push(jobId);
      end(new Error('{"code":"cancelled","message":"by the user"}'));
      return Promise.resolve();
    },
  });
  await actions.start();
  actions.changeSettings({ measuredHeads: true });
  actions.changeSettings({ seed: 2 });
  expect(chosen).toEqual([
    ["ltri", false],
    ["ltri", true],
  ]);
  const measuring = actions.measureHeads();
  const { jobId } = store.getState().heads!.progress!;
  await actions.stopMeasuringHeads();
  await measuring;
  expect(cancelled).toEqual([jobId]);
  expect(store.getState().notices).toEqual([]);
  const measured = { heads: 24, copying: 5 };
  emit({ type: "heads", state: { measured, progress: null } });
  expect(store.getState().heads).toEqual({ measured, progress: null });
  emit({ type: "device-lost", error: { code: "device-lost", message: "reset" } });
  expect(store.getState().heads).toBeNull();
});

test("what is added while a model loads waits for it, and is refused when there will be none", async () => {
  const added: string[] = [];
  const addDocument = (title: string) => Promise.resolve(String(added.push(title)));
  const { store, actions, emit } = setUp({ addDocument });
  await actions.start();
  const adding = actions.addText("Logbook", "text");
  await expect.poll(() => store.getState().awaitingModel).toEqual(["Logbook"]);
  expect(added).toEqual([]);
  emit(READY);
  await adding;
  expect(added).toEqual(["Logbook"]);
  expect(store.getState().awaitingModel).toEqual([]);
  const none = '{"code":"no-model","message":"none"}';
  const other = setUp({ addDocument: () => Promise.reject(new Error(none)) });
  await other.actions.start();
  const refused = other.actions.addText("Logbook", "text");
  const error = { code: "no-adapter", message: "" } as const;
  other.emit({ type: "model", state: { phase: "failed", error } });
  await refused;
  expect(other.store.getState().notices).toMatchObject([{ error: { code: "no-model" } }]);
});

test("what waits in another tab's queue is queued here, unless it was paused or stopped", async () => {
  const { store, actions, emit } = setUp({ pauseDocument: () => Promise.resolve() });
  await actions.start();
  const error = { code: "quota-exceeded", message: "" } as const;
  const documents: DocumentSummary[] = [
    { ...DOCUMENT, id: "read", state: "elsewhere" },
    { ...DOCUMENT, id: "next", state: "paused" },
    { ...DOCUMENT, id: "held", state: "paused" },
    { ...DOCUMENT, id: "full", state: "paused", problem: error },
  ];
  const states = () => store.getState().documents.map(({ state }) => state);
  emit({ type: "documents", documents });
  expect(states()).toEqual(["elsewhere", "queued", "queued", "paused"]);
  await actions.pause("held");
  await expect.poll(states).toEqual(["elsewhere", "queued", "paused", "paused"]);
  emit({ type: "documents", documents: documents.slice(1) });
  expect(states()).toEqual(["paused", "paused", "paused"]);
});

test("an answer is marked with how much had been read when it was asked for", async () => {
  let answer: Answer = { ...ANSWER, stats: { ...ANSWER.stats, documentTokens: 0 }, mode: "reread" };
  const { store, actions, emit, turns } = setUp({ ask: () => Promise.resolve(answer) });
  await actions.start();
  const reading: DocumentSummary = { ...DOCUMENT, state: "ingesting", tokens: 1_000 };
  const progress = { documentId: "d1", tokens: 370, totalTokens: 1_000 };
  emit(READY, { type: "documents", documents: [reading] });
  emit({ type: "ingest", progress: { ...progress, tokensPerSecond: 1, secondsLeft: 630 } });
  await actions.ask("Where?");
  const first = { readShare: 0.37, readBy: "words" };
  expect(turns()).toMatchObject([{ status: "done", ...first }]);
  answer = { ...ANSWER, mode: "reread", readShare: 0.36 }; // what is durable is a little less
  await actions.ask("Where now?");
  answer = { ...ANSWER, readShare: 0.4 };
  await actions.ask("Where then?");
  const marked = [first, { readShare: 0.36, readBy: "both" }, { readShare: 0.4, readBy: "index" }];
  expect(turns()).toMatchObject(marked);
  answer = ANSWER; // it was read to its end before its turn came
  await actions.ask("Where after all?");
  expect(turns().at(-1)).toMatchObject({ readShare: null });
  emit(LISTED);
  await actions.ask("Where at last?");
  expect(turns().at(-1)).toMatchObject({ readShare: null });
  expect(store.getState().activeJob).toBeNull();
});

test("a failed action becomes a notice and can be dismissed", async () => {
  const full = '{"code":"quota-exceeded","message":"disk is full"}';
  const { store, actions, emit } = setUp({ addDocument: () => Promise.reject(new Error(full)) });
  await actions.start();
  emit(READY);
  await actions.addText("Book", "text");
  const [notice] = store.getState().notices;
  expect(notice?.error.code).toBe("quota-exceeded");
  expect(store.getState().adding).toBe(false);
  actions.dismiss(notice!.id);
  expect(store.getState().notices).toEqual([]);
});

test("settings out of range fall back one by one", () => {
  expect(parseSettings({ theme: "dark", temperature: 9, seed: 3 })).toMatchObject({
    theme: "dark",
    temperature: 0,
    seed: 3,
  });
});

describe("a reading that runs out of storage", () => {
  const problem = { code: "quota-exceeded", message: "full" } as const;
  const short: DocumentSummary = { ...DOCUMENT, id: "d9", state: "paused", problem };

  test("asks once what to delete, deletes it and goes on", async () => {
    const done: string[] = [];
    const { store, actions, emit } = setUp({
      deleteDocument: (id) => Promise.resolve(void done.push(`delete ${id}`)),
      resumeDocument: (id) => Promise.resolve(void done.push(`resume ${id}`)),
    });
    await actions.start();
    emit(READY, { type: "documents", documents: [DOCUMENT, { ...short, state: "ingesting" }] });
    expect(store.getState().shortOfSpace).toBeNull();
    emit({ type: "documents", documents: [DOCUMENT, short] });
    expect(store.getState().shortOfSpace).toBe("d9");
    await actions.freeSpace(["d1"]);
    expect(done).toEqual(["delete d1", "resume d9"]);
    expect(store.getState().shortOfSpace).toBeNull();
  });

  test("is left paused when the user keeps everything, and can be asked about again", async () => {
    const { store, actions, emit } = setUp();
    await actions.start();
    const list: EngineEvent = { type: "documents", documents: [DOCUMENT, short] };
    emit(READY, list);
    actions.declineSpace();
    emit(list); // told again for another reason
    expect(store.getState().shortOfSpace).toBeNull();
    actions.makeRoom("d9");
    emit(list);
    expect(store.getState().shortOfSpace).toBe("d9");
    emit({ type: "documents", documents: [DOCUMENT, { ...short, state: "queued" }] });
    expect(store.getState().shortOfSpace).toBeNull();
  });
});

describe("documents asked together", () => {
  const second: DocumentSummary = { ...DOCUMENT, id: "d2", title: "Other" };
  const third: DocumentSummary = { ...DOCUMENT, id: "d3", state: "paused" };
  const three: EngineEvent = { type: "documents", documents: [DOCUMENT, second, third] };
  const evidence = (documentId: string) => ({
    documentId,
    start: 0,
    end: 2,
    text: "on",
    weight: 1,
    strength: "strong" as const,
  });

  test("get one question in the order of the library and a conversation of their own", async () => {
    const asked: (readonly string[])[] = [];
    const { store, actions, turns, shelf, emit } = setUp({
      ask: ({ documentIds }) => {
        asked.push(documentIds);
        return Promise.resolve({ ...ANSWER, evidence: [evidence("d2"), evidence("d1")] });
      },
    });
    await actions.start();
    emit(READY, three);
    actions.askTogether(["d2"]);
    await actions.ask("To the selected one?");
    actions.askTogether(["d2", "d1"]);
    await actions.ask("To both?");
    expect(asked).toEqual([["d1"], ["d1", "d2"]]);
    const [turn] = turns("d1+d2");
    expect(turn?.question).toBe("To both?");
    expect((await shelf.load("d1+d2"))?.turns).toHaveLength(1);
    // A passage of the other document opens it; the conversation stays the one of both.
    actions.showEvidence(turn!.id, 0);
    expect(store.getState().selectedId).toBe("d2");
    expect(store.getState().highlight).toMatchObject({
      active: 0,
      ranges: [{ documentId: "d2" }, {}],
    });
    expect(conversationKey(store.getState())).toBe("d1+d2");
    actions.askTogether(["d2"]);
    expect(conversationKey(store.getState())).toBe("d2");
  });

  test("wait for the last of them to be read when the index alone answers, and shrink when one is deleted", async () => {
    const { store, actions, shelf, emit } = setUp({
      ask: () => Promise.resolve(ANSWER),
      deleteDocument: () => Promise.resolve(),
    });
    await actions.start();
    emit(READY, three);
    actions.askTogether(["d1", "d3"]);
    expect(askBlocker(store.getState())).toBeNull();
    expect(unreadDocument(store.getState())).toBe("paused");
    actions.changeSettings({ answerMode: "recalled" });
    expect(askBlocker(store.getState()), "what has been read so far answers").toBeNull();
    emit({
      type: "documents",
      documents: [DOCUMENT, second, { ...third, askableTokens: 0 }],
    });
    expect(askBlocker(store.getState())).toBe("paused");
    actions.askTogether(["d1", "d2"]);
    expect(unreadDocument(store.getState())).toBeNull();
    await actions.ask("Where?");
    await actions.removeNow("d2");
    emit({ type: "documents", documents: [DOCUMENT, third] });
    expect(conversationKey(store.getState())).toBe("d1");
    expect(Object.keys(store.getState().conversations)).not.toContain("d1+d2");
    expect(await shelf.all()).toEqual([]);
  });

  test("of a recurrent model are answered from passages, since their states are not joined", async () => {
    const { store, actions, emit } = setUp();
    await actions.start();
    const model = { recurrentWindow: 0 } as never;
    emit(
      { type: "model", state: { phase: "ready", model, device: {} as never, standIn: null } },
      three,
    );
    expect(unreadDocument(store.getState())).toBeNull();
    actions.askTogether(["d1", "d2"]);
    expect(unreadDocument(store.getState())).toBe("several");
    expect(askBlocker(store.getState())).toBeNull();
    actions.changeSettings({ answerMode: "recalled" });
    expect(askBlocker(store.getState())).toBe("several");
  });
});
