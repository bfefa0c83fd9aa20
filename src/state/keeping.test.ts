// Nothing is lost: between tabs, over reloads, by deleting.
import { expect, test, vi } from "vitest";
import type { Answer, DocumentSummary, EngineApi } from "../../workers/protocol.ts";
import { currentConversation } from "./app-state.ts";
import { parseConversation } from "./conversation-shelf.ts";
import { createAppStore } from "./create-app-store.ts";
import { openOrigin, type Origin } from "./testing/page-services.ts";
import { ANSWER, DOCUMENT, plainEngine, READY } from "./testing/plain-engine.ts";

async function openTab(
  origin: Origin,
  calls: Partial<EngineApi> = {},
  documents: readonly DocumentSummary[] = [DOCUMENT],
) {
  const { api, emit } = plainEngine({ ask: () => Promise.resolve(ANSWER), ...calls });
  const services = origin.openTab();
  const { store, actions } = createAppStore(api, services);
  await actions.start();
  emit(READY, { type: "documents", documents });
  await actions.openConversation();
  const turns = () => currentConversation(store.getState())?.turns ?? [];
  const asked = () => turns().map(({ question, status }) => `${question} ${status}`);
  const list = (next: readonly DocumentSummary[]) => emit({ type: "documents", documents: next });
  return { store, actions, turns, asked, list, shelf: services.shelf };
}

test("two tabs that ask at the same time keep both questions, and show them", async () => {
  const origin = openOrigin();
  const first = await openTab(origin);
  const second = await openTab(origin);
  await Promise.all([first.actions.ask("One?"), second.actions.ask("Two?")]);
  for (const tab of [first, second]) {
    await expect.poll(() => tab.asked().toSorted()).toEqual(["One? done", "Two? done"]);
  }
  expect((await first.shelf.load("d1"))?.turns).toHaveLength(2);
});

test("a question whose page was closed keeps what was answered and can be asked again", async () => {
  const origin = openOrigin();
  const never = await openTab(origin, { ask: () => new Promise(() => {}) });
  void never.actions.ask("Where?");
  await expect.poll(async () => (await never.shelf.load("d1"))?.turns.length).toBe(1);
  const watching = await openTab(origin);
  await expect.poll(watching.asked).toEqual(["Where? elsewhere"]);

  const later = openOrigin(); // its locks are gone with its tab
  const turn = never.turns()[0]!;
  const reopened = later.openTab().shelf;
  const conversation = { id: "d1", title: "", createdAt: 1, turns: [turn] };
  await reopened.alter(conversation, () => conversation);
  const tab = await openTab(later);
  await expect.poll(tab.asked).toEqual(["Where? interrupted"]);
  await tab.actions.retry(turn.id);
  expect(tab.asked()).toEqual(["Where? done"]);
  expect((await tab.shelf.load("d1"))?.turns).toHaveLength(1);
});

test("a tab that watches another answer gets it when it is done", async () => {
  const origin = openOrigin();
  let finish: (answer: Answer) => void = () => {};
  const asking = await openTab(origin, { ask: () => new Promise((resolve) => (finish = resolve)) });
  const done = asking.actions.ask("Where?");
  await expect.poll(async () => (await asking.shelf.load("d1"))?.turns.length).toBe(1);
  const watching = await openTab(origin);
  await expect.poll(watching.asked).toEqual(["Where? elsewhere"]);
  finish(ANSWER);
  await done;
  await expect.poll(watching.asked).toEqual(["Where? done"]);
});

test("an edited question takes the place of the old one and of what followed it", async () => {
  const tab = await openTab(openOrigin());
  for (const question of ["One?", "Two?", "Three?"]) await tab.actions.ask(question);
  await tab.actions.retry(tab.turns()[0]!.id);
  expect(tab.asked()).toEqual(["One? done", "Two? done", "Three? done"]);
  await tab.actions.askInstead(tab.turns()[1]!.id, "Second?");
  expect(tab.asked()).toEqual(["One? done", "Second? done"]);
  const stored = (await tab.shelf.load("d1"))?.turns.map((one) => one.question);
  expect(stored).toEqual(["One?", "Second?"]);
});

test("a deleted question and a deleted conversation can be taken back", async () => {
  const tab = await openTab(openOrigin());
  for (const question of ["One?", "Two?", "Three?"]) await tab.actions.ask(question);
  await tab.actions.deleteTurn(tab.turns()[1]!.id);
  expect(tab.asked()).toEqual(["One? done", "Three? done"]);
  await tab.actions.undo(tab.store.getState().messages[0]!.id);
  expect(tab.asked()).toEqual(["One? done", "Two? done", "Three? done"]);

  await tab.actions.deleteConversation("d1");
  expect(tab.asked()).toEqual([]);
  expect(await tab.shelf.load("d1")).toBeUndefined();
  await tab.actions.undo(tab.store.getState().messages[0]!.id);
  expect((await tab.shelf.load("d1"))?.turns).toHaveLength(3);
  expect(tab.asked()).toHaveLength(3);
});

test("there are several conversations about a document, and history finds them all", async () => {
  const tab = await openTab(openOrigin());
  await tab.actions.ask("Who has a wooden leg?");
  tab.actions.beginConversation();
  expect(tab.asked()).toEqual([]);
  tab.actions.beginConversation(); // the empty one is shown again
  await tab.actions.ask("Where is the map?");
  expect(Object.keys(tab.store.getState().conversations)).toHaveLength(2);
  const [hit] = await tab.actions.searchHistory("wooden LEG");
  expect(hit?.turn.question).toBe("Who has a wooden leg?");
  tab.actions.showConversation(hit!.conversation.id);
  expect(tab.asked()).toEqual(["Who has a wooden leg? done"]);
  expect(await tab.actions.searchHistory("nothing like it")).toEqual([]);
});

test("drafts and places belong to a document and survive a reload", async () => {
  const origin = openOrigin();
  const other = { ...DOCUMENT, id: "d2" };
  const tab = await openTab(origin, {}, [DOCUMENT, other]);
  tab.actions.keepDraft("Half a quest");
  tab.actions.keepPlace("d1", 4_200);
  tab.actions.select("d2");
  tab.actions.keepDraft("Another");
  const reloaded = await openTab(origin, {}, [DOCUMENT, other]);
  reloaded.actions.select("d1");
  await reloaded.actions.openConversation();
  expect(reloaded.store.getState().drafts).toMatchObject({ d1: "Half a quest" });
  expect(reloaded.actions.placeOf("d1")).toBe(4_200);
  expect(reloaded.actions.placeOf("d2")).toBe(0);
  await reloaded.actions.ask("Half a question?");
  expect(reloaded.store.getState().drafts["d1"]).toBe("");
});

test("a reading that was paused stays paused after a reload", async () => {
  const origin = openOrigin();
  const pauseDocument = vi.fn(() => Promise.resolve());
  const calls = { pauseDocument, resumeDocument: () => Promise.resolve() };
  const tab = await openTab(origin, calls, [{ ...DOCUMENT, state: "ingesting" }]);
  expect(pauseDocument).not.toHaveBeenCalled();
  await tab.actions.pause("d1");
  const reloaded = await openTab(origin, calls, [{ ...DOCUMENT, state: "queued" }]);
  expect(pauseDocument).toHaveBeenCalledTimes(2);
  await reloaded.actions.resume("d1");
  reloaded.list([{ ...DOCUMENT, state: "ingesting" }]);
  expect(pauseDocument).toHaveBeenCalledTimes(2);
});

test("a deleted document can be taken back until its time is over, then it is gone with its questions", async () => {
  const origin = openOrigin();
  const deleteDocument = vi.fn(() => Promise.resolve());
  const tab = await openTab(origin, { deleteDocument });
  await tab.actions.ask("Where?");
  await tab.actions.remove("d1");
  expect(tab.store.getState().documents).toEqual([]);
  await tab.actions.undo(tab.store.getState().messages[0]!.id);
  expect(tab.store.getState().documents).toEqual([DOCUMENT]);
  expect(tab.asked()).toEqual(["Where? done"]);
  expect(deleteDocument).not.toHaveBeenCalled();

  await tab.actions.remove("d1");
  const { store: later } = await openTab(origin);
  expect(later.getState().documents, "another visit does not list it").toEqual([]);
  tab.actions.dismissMessage(tab.store.getState().messages[0]!.id);
  await expect.poll(() => deleteDocument.mock.calls).toHaveLength(1);
  await expect.poll(() => tab.shelf.all()).toEqual([]);
});

test("a text that is in the library already is not added again", async () => {
  const addDocument = vi.fn(() => Promise.resolve("d2"));
  const tab = await openTab(openOrigin(), { addDocument });
  await tab.actions.addText("Other title", "  on the quay\r\n");
  expect(addDocument).not.toHaveBeenCalled();
  expect(tab.store.getState().messages).toMatchObject([{ kind: "already-here", name: "Book" }]);
  await tab.actions.addText("Other title", "in the quay");
  expect(addDocument).toHaveBeenCalledOnce();
});

test("a collection is asked together and keeps its conversation when it grows", async () => {
  const origin = openOrigin();
  const documents = ["d1", "d2", "d3"].map((id) => ({ ...DOCUMENT, id }));
  const asked: (readonly string[])[] = [];
  const ask: EngineApi["ask"] = ({ documentIds }) => {
    asked.push(documentIds);
    return Promise.resolve(ANSWER);
  };
  const tab = await openTab(origin, { ask }, documents);
  tab.actions.createCollection("Sea", ["d1", "d2"]);
  await tab.actions.ask("Of two?");
  const id = tab.store.getState().collections[0]!.id;
  tab.actions.addToCollection(id, ["d3"]);
  await tab.actions.ask("Of three?");
  expect(asked).toEqual([
    ["d1", "d2"],
    ["d1", "d2", "d3"],
  ]);
  expect(tab.asked()).toHaveLength(2);
  tab.actions.openCollection(null);
  expect(tab.asked()).toEqual([]);
  tab.actions.deleteCollection(id);
  await tab.actions.undo(tab.store.getState().messages[0]!.id);
  const reloaded = await openTab(origin, {}, documents);
  expect(reloaded.store.getState().collections).toMatchObject([{ id, name: "Sea" }]);
});

test("stored conversations are checked; those of older versions are read", () => {
  expect(parseConversation("d1", "nonsense")).toBeUndefined();
  expect(parseConversation("d1", [{ id: 1 }])).toBeUndefined();
  expect(parseConversation("d1", { title: 1, createdAt: 0, turns: [] })).toBeUndefined();
  const turn = {
    id: "t",
    question: "q",
    status: "done",
    answer: "half",
    evidence: [],
    stats: null,
    stopped: null,
    error: null,
  };
  expect(parseConversation("d1", [turn])).toMatchObject({ id: "d1", title: "", turns: [turn] });
});
