// Two engines on the same stores, as two tabs: each sees what the other stores, and keeps its hands off
// what the other reads. No model takes part.
import { describe, expect, test, vi } from "vitest";
import type { DocumentSummary, EngineEvent } from "../api.ts";
import type { DocumentChanges } from "./document-list.ts";
import { Engine } from "../engine.ts";
import { MemoryExtents, MemoryRecords } from "../store/memory.ts";
import { DocumentRepository } from "../store/repository.ts";
import { SampleStream } from "../store/testing/sample-stream.ts";

const stream = new SampleStream(700);

interface Tab {
  readonly engine: Engine;
  readonly repository: DocumentRepository;
  published: number;
  documents(): readonly DocumentSummary[];
}

/** Tabs share bytes, locks and a channel that does not echo. */
function browser() {
  const stores = { records: new MemoryRecords(), extents: new MemoryExtents() };
  const held = new Set<string>();
  const tabs: { tab: Tab; hear: () => void }[] = [];
  let ids = 0;
  return async function openTab(): Promise<Tab> {
    const repository = await DocumentRepository.open({
      ...stores,
      lock(name) {
        if (held.has(name)) return Promise.resolve(undefined);
        held.add(name);
        return Promise.resolve(() => void held.delete(name));
      },
      isLocked: (name) => Promise.resolve(held.has(name)),
      cacheBytes: 1e6,
      now: () => 1,
      newId: () => `doc${ids++}`,
    });
    const events: EngineEvent[] = [];
    let hear = () => {};
    const changes: DocumentChanges = {
      publish() {
        tab.published += 1;
        for (const other of tabs) if (other.tab !== tab) other.hear();
      },
      subscribe: (listener) => (hear = listener),
    };
    const modelSources = () => Promise.reject(new Error("no model here"));
    const host = { gpu: undefined, repository, modelSources, now: () => 0, changes };
    const tab: Tab = {
      engine: new Engine(host, (event) => events.push(event)),
      repository,
      published: 0,
      documents: () => events.findLast((event) => event.type === "documents")?.documents ?? [],
    };
    tabs.push({ tab, hear: () => hear() });
    return tab;
  };
}

describe("a second tab", () => {
  test("sees renaming and deletion in the first one, and does not answer them with word of its own", async () => {
    const openTab = browser();
    const [first, second] = [await openTab(), await openTab()];
    const docId = await first.repository.create(stream.document);
    await first.engine.announce();
    await expect.poll(() => second.documents().map(({ title }) => title)).toEqual(["Sample 1"]);
    await first.engine.renameDocument(docId, "New name");
    await expect.poll(() => second.documents()[0]?.title).toBe("New name");
    await first.engine.deleteDocument(docId);
    await expect.poll(() => second.documents()).toEqual([]);
    expect(second.published).toBe(0);
    const before = first.published;
    await first.engine.announce(); // nothing has changed
    expect(first.published).toBe(before);
  });

  test("shows a document that the first one reads as read elsewhere, with its progress, until it ends", async () => {
    const openTab = browser();
    const [first, second] = [await openTab(), await openTab()];
    const docId = await first.repository.create(stream.document);
    const writer = await first.repository.openWriter(docId);
    await stream.ingest(writer, 600);
    await first.engine.announce();
    await expect
      .poll(() => second.documents()[0])
      .toMatchObject({
        state: "elsewhere",
        committedTokens: 512,
      });
    await expect(second.engine.deleteDocument(docId)).rejects.toMatchObject({
      code: "locked-by-other-tab",
    });
    expect(first.documents()[0]?.state).not.toBe("elsewhere"); // its own lock
    await stream.ingest(writer);
    await writer.close();
    await first.engine.announce();
    await expect.poll(() => second.documents()[0]?.state).toBe("complete");
  });

  test("finds out by itself that the first one was closed", async () => {
    vi.useFakeTimers();
    try {
      const openTab = browser();
      const [first, second] = [await openTab(), await openTab()];
      const docId = await first.repository.create(stream.document);
      const writer = await first.repository.openWriter(docId);
      await second.engine.announce();
      expect(second.documents()[0]?.state).toBe("elsewhere");
      await writer.close(); // the lock is gone, and nobody says so
      await vi.advanceTimersByTimeAsync(6000);
      expect(second.documents()[0]?.state).toBe("paused");
    } finally {
      vi.useRealTimers();
    }
  });
});
