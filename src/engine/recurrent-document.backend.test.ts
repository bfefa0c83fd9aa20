// A document with a recurrent model, through the real store: read at constant memory, interrupted, asked
// after a reload from the stored state, never rewound.
import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../kernels/index.ts";
import { testBackend } from "../../kernels/testing/backends.ts";
import { recalledAnswer } from "./ask/recalled-answer.ts";
import { completeTokens } from "./ask/completion.ts";
import { askedDocument } from "./testing/asked-document.ts";
import { askDocuments } from "./ask/ask-documents.ts";
import { bindDocuments, type DocumentBinding } from "./attention/binding.ts";
import type { DocumentSession } from "./attention/engine.ts";
import { attentionEngine, fittingEngine, requireFitting } from "./attention/engines.ts";
import { statePosition } from "./attention/recurrent/state-record.ts";
import type { DocumentRepository } from "./store/repository.ts";
import { loadNano } from "./testing/embedded-model.ts";
import { createDocument, memoryBackends, openRepository, readOn } from "./testing/read-document.ts";
import { loadRodimus } from "./testing/rodimus-stream.ts";
import type { LoadedModel } from "./transformer/loaded-model.ts";
import { TokenCounter } from "./transformer/token-counter.ts";
import { GREEDY } from "./attention/sampler.ts";

const CHUNK = 24;
const documentIds = Uint32Array.from({ length: 150 }, (_, i) => 30 + ((i * i * 7 + i) % 400));
const QUESTION = [60, 71, 88, 90, 102, 77, 45];

const options = (maxTokens: number) => ({
  maxTokens,
  sampling: GREEDY,
  stopIds: new Set<number>(),
  onToken: () => undefined,
  signal: undefined,
  now: () => 0,
});

describe.each(["plus-f16", "rodimus-f16"])("%s", (id) => {
  let backend: Backend;
  let loaded: LoadedModel;
  let binding: DocumentBinding;
  const counter = new TokenCounter();

  beforeAll(async () => {
    backend = await testBackend();
    loaded = await loadRodimus(backend, id);
    binding = bindDocuments(loaded, "recurrent", { chunk: CHUNK, kvDtype: "f32" });
  });

  const read = async (ids: Uint32Array) => {
    const backends = memoryBackends();
    let repository = await openRepository(backends);
    const docId = await createDocument(repository, binding, ids);
    // Interrupted in the middle: the next reading goes on from the stored state, in another repository.
    for (const until of [60, Infinity]) {
      await readOn(backend, loaded, binding, repository, docId, counter, until);
      repository = await openRepository(backends);
    }
    return { repository, docId };
  };

  const session = async (
    repository: DocumentRepository,
    docId: string,
  ): Promise<DocumentSession> => {
    const { checkpoint, state } = await repository.open(docId, binding.fingerprint);
    expect(state).toBe("complete");
    const reader = await repository.openReader(docId);
    const stored = [{ reader, checkpoint: checkpoint! }];
    return attentionEngine("recurrent").session({ backend, loaded, binding, counter }, stored);
  };

  test("a question after a reload is answered as if the stream had never been interrupted", async () => {
    const { repository, docId } = await read(documentIds);
    const prefix = binding.prompt.prefixIds;
    expect(counter.documentTokens).toBe(prefix.length + documentIds.length); // each once
    const before = counter.documentTokens;
    const asked = await session(repository, docId);
    const bound = { backend, loaded, binding, counter: new TokenCounter() };
    const whole = [...prefix, ...documentIds, ...QUESTION];
    const expected = await completeTokens(bound, whole, options(20));
    // A first question leaves nothing behind for a second one.
    const other = await asked.generate([99, 98, 97], options(5));
    expect(other.ids).toHaveLength(5);
    for (let time = 0; time < 2; time++) {
      const answer = await asked.generate(QUESTION, options(20));
      expect(answer.ids).toEqual(expected.ids);
      expect(answer.attended).toEqual([]);
    }
    expect(counter.documentTokens).toBe(before); // nothing of the document was computed again
    expect(asked.documentTokens).toBe(prefix.length + documentIds.length);
    const answer = await recalledAnswer(
      asked,
      { binding, counter },
      {
        ...options(4),
        question: "Where?",
        history: [],
        onText: () => undefined,
      },
    );
    expect(answer.attended).toEqual([]);
    expect(answer.stats).toMatchObject({ recomputedDocumentTokens: 0, documentTokens: 150 });
    asked.destroy();
  });

  test("what is stored has one size, whatever the length of the document", async () => {
    const sizes = [];
    for (const length of [40, 150]) {
      const { repository, docId } = await read(documentIds.subarray(0, length));
      const { checkpoint } = await repository.open(docId, binding.fingerprint);
      expect(statePosition(checkpoint!)).toBe(binding.prompt.prefixIds.length + length);
      sizes.push(Math.round(checkpoint!.length / 64)); // the header has figures of the position
    }
    expect(new Set(sizes).size).toBe(1);
  });

  test("a state of other tokens, of another model or cut short is refused", async () => {
    const { repository, docId } = await read(documentIds);
    const { checkpoint } = await repository.open(docId, binding.fingerprint);
    const reader = await repository.openReader(docId);
    const model = { backend, loaded, binding, counter };
    const engine = attentionEngine("recurrent");
    const others = documentIds.with(3, 31);
    const changed = {
      ...reader,
      manifest: reader.manifest,
      tokenIds: () => Promise.resolve(others),
    };
    await expect(
      engine.session(model, [{ reader: changed, checkpoint: checkpoint! }]),
    ).rejects.toMatchObject({ code: "index-damaged" });
    const withNaN = (at: number) => {
      const bytes = checkpoint!.slice();
      new DataView(bytes.buffer).setFloat32(at, NaN, true);
      return bytes;
    };
    const header = 4 + new DataView(checkpoint!.slice().buffer).getUint32(0, true);
    for (const bytes of [
      withNaN(header),
      withNaN(checkpoint!.length - 4),
      new Uint8Array(0),
      checkpoint!.subarray(0, 9),
      checkpoint!.subarray(0, checkpoint!.length - 4),
      new Uint8Array(100).fill(255),
    ]) {
      await expect(engine.session(model, [{ reader, checkpoint: bytes }])).rejects.toMatchObject({
        code: "index-damaged",
      });
    }
  });

  test("several documents are refused with a sentence", async () => {
    const { repository, docId } = await read(documentIds);
    const { checkpoint } = await repository.open(docId, binding.fingerprint);
    const one = { reader: await repository.openReader(docId), checkpoint: checkpoint! };
    const asking = attentionEngine("recurrent").session({ backend, loaded, binding, counter }, [
      one,
      one,
    ]);
    await expect(asking).rejects.toMatchObject({
      code: "engine-limit",
      message: expect.stringContaining("one document at a time") as string,
    });
  });

  test("beyond the window passages are read again, within it the state answers", async () => {
    const text = "The tide table was wrong by 7 minutes. ".repeat(12);
    const ids = binding.tokenizer.encode(text);
    const { repository, docId } = await read(ids);
    const asked = {
      session: await session(repository, docId),
      documents: [{ ...askedDocument("tides", text), tokenStarts: new Uint32Array(ids.length) }],
    };
    const { config } = loaded.model;
    for (const isWide of [false, true]) {
      // A window as wide as the document, for the choice alone.
      const layerConfigs = config.layerConfigs.map((layer) => ({ ...layer, slidingWindow: 1000 }));
      const wide = { ...loaded.model, config: { ...config, layerConfigs } };
      const asking = isWide ? { ...loaded, model: wide } : loaded;
      const answer = await askDocuments({ backend, loaded: asking, binding, counter }, asked, {
        ...options(3),
        question: "How wrong was the tide table?",
        answerMode: "auto",
        history: [],
        onText: () => undefined,
      });
      const isSeen = isWide && config.recurrent!.hasAttention;
      expect(answer.mode).toBe(isSeen ? "recalled" : "reread");
      expect(answer.stats.recomputedDocumentTokens).toBe(0);
      expect(answer.stats.rereadTokens > 0).toBe(!isSeen);
    }
    asked.session.destroy();
  });

  test("engines that need keys and values are refused, and which one fits is known", async () => {
    const model = { backend, loaded, binding, counter };
    for (const name of ["ltri", "full", "streaming", "infllm"] as const) {
      const other = { ...model, binding: bindDocuments(loaded, name, {}) };
      await expect(attentionEngine(name).session(other, [])).rejects.toThrow(/recurrent model/);
      expect(() => requireFitting(loaded.model.config, name)).toThrow(/recurrent model/);
      expect(fittingEngine(loaded.model.config, name)).toBe("recurrent");
    }
    const nano = await loadNano(backend);
    const bound = { ...model, loaded: nano, binding: bindDocuments(nano, "recurrent", {}) };
    await expect(attentionEngine("recurrent").session(bound, [])).rejects.toThrow(/has none/);
    expect(fittingEngine(nano.model.config, "recurrent")).toBe("ltri");
    expect(fittingEngine(nano.model.config, "full")).toBe("full");
  });
});
