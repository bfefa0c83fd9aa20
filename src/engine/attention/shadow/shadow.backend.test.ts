// ShadowKV on the embedded model: what is kept, stored, found again and shown, and what is refused.
import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../../kernels/index.ts";
import { testBackend } from "../../../../kernels/testing/backends.ts";
import { nmse } from "../../../../kernels/testing/gpu.ts";
import { FileStream } from "../../store/file-stream.ts";
import { openFile } from "../../store/import-document.ts";
import { loadNano, sampleBook } from "../../testing/embedded-model.ts";
import {
  createDocument,
  memoryBackends,
  openRepository,
  readOn,
} from "../../testing/read-document.ts";
import { proveDocument } from "../../transfer/prove-document.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import { TokenCounter } from "../../transformer/token-counter.ts";
import { bindDocuments, type DocumentBinding } from "../binding.ts";
import { attentionEngine } from "../engines.ts";
import type { LtriParameters } from "../parameters.ts";
import { layerSizes, planDocument } from "./layer-plan.ts";
import { poolRows } from "./layer-memory.ts";
import { readShadowState } from "./shadow-checkpoint.ts";
import { lowRankElements } from "./shadow-sizes.ts";
import {
  countWaits,
  followed,
  openShadow,
  readAll,
  shadowText,
} from "./testing/shadow-documents.ts";
import { GREEDY } from "../sampler.ts";

let backend: Backend;
let loaded: LoadedModel;
let ids: Uint32Array;
let question: number[];
const answer = [5, 9, 31, 7];

beforeAll(async () => {
  backend = await testBackend();
  loaded = await loadNano(backend);
  ({ ids, questionIds: question } = shadowText(loaded));
}, 120_000); // waits for the compiler of the kernels

/** Low rank, whatever the length. */
function bind(overrides: Partial<LtriParameters> = {}): DocumentBinding {
  return bindDocuments(loaded, "shadowkv", { denseFactor: 0, ...overrides });
}

function bytesHeld(): number {
  const { "kv-pool": pools, index } = backend.ledger();
  return pools + index;
}

describe("a document that was read", () => {
  test("takes the bytes of the formula on the device, and gives them back", async () => {
    const binding = bind();
    const stored = await readAll(backend, loaded, binding, ids);
    const before = backend.ledger();
    const session = await openShadow(backend, loaded, binding, stored);
    const { kvHeads, headDim, contextLength } = loaded.model.config;
    const prefix = binding.prompt.prefixIds.length;
    const plan = planDocument(loaded.model.config, binding.parameters, prefix, prefix + ids.length);
    const room = Math.min(contextLength / 4, contextLength - plan.tokens);
    expect(session.sessionTokens).toBe(room);
    const elements = plan.layers.map((layer, i) => {
      const { generated } = poolRows(plan, i, room);
      const sizes = layerSizes(plan, layer, session.ranks[i]!, generated);
      return lowRankElements(kvHeads * headDim, sizes);
    });
    const expected = elements.reduce((sum, count) => sum + 2 * count, 0);
    expect(bytesHeld() - before["kv-pool"] - before.index).toBe(expected);
    session.destroy();
    expect(backend.ledger()).toEqual(before);
  });

  test("is asked after a reload with no token read again, and answers the same", async () => {
    const binding = bind();
    const stored = await readAll(backend, loaded, binding, ids);
    const counter = new TokenCounter();
    const first = await openShadow(backend, loaded, binding, stored, counter);
    const expected = await followed(first, question, answer);
    // A second question in the same session finds nothing of the first.
    expect(await followed(first, question, answer)).toEqual(expected);
    first.destroy();
    const again = await openShadow(backend, loaded, binding, stored, counter);
    expect(await followed(again, question, answer)).toEqual(expected);
    again.destroy();
    expect(counter.documentTokens).toBe(0);
  });

  test("gives the same answers when its values are read from the store", async () => {
    const binding = bind();
    const stored = await readAll(backend, loaded, binding, ids);
    const inRam = await openShadow(backend, loaded, binding, stored);
    const expected = await followed(inRam, question, answer);
    expect(inRam.ramBytes).toBeGreaterThan(0);
    inRam.destroy();
    const onDisk = await openShadow(backend, loaded, bind({ valueRamBytes: 0 }), stored);
    expect(onDisk.ramBytes).toBe(0);
    expect(await followed(onDisk, question, answer)).toEqual(expected);
    onDisk.destroy();
  });

  test("shows where an answer looked, inside the document", async () => {
    const binding = bind();
    const stored = await readAll(backend, loaded, binding, ids);
    const session = await openShadow(backend, loaded, binding, stored);
    const prefix = binding.prompt.prefixIds.length;
    const layers = new Set<number>();
    const generation = await session.generate(question, {
      maxTokens: 4,
      sampling: GREEDY,
      stopIds: new Set(),
      onToken: () => undefined,
      signal: undefined,
      onChoice: ({ layer, used }) => {
        layers.add(layer);
        let end = prefix;
        for (const span of used) {
          expect(span.start).toBeGreaterThanOrEqual(end);
          end = span.start + span.length;
        }
        expect(end).toBe(prefix + ids.length);
      },
      now: () => 0,
    });
    expect(layers.size).toBe(loaded.model.config.layers);
    expect(generation.ids).toHaveLength(4);
    expect(generation.spansRecalled).toBeGreaterThan(0);
    const masses = generation.attended.flat();
    expect(masses.length).toBeGreaterThan(0);
    for (const { start, length, mass } of masses) {
      expect(start).toBeGreaterThanOrEqual(prefix);
      expect(start + length).toBeLessThanOrEqual(prefix + ids.length);
      expect(mass).toBeGreaterThan(0);
    }
    const rates = session.hitRates;
    expect(rates.every((rate) => rate > 0 && rate < 1)).toBe(true);
    session.destroy();
  });

  test.each(["shadowkv", "shadowkv-deferred", "shadowkv-int8"] as const)(
    "chooses forced chunks in every layer (%s)",
    async (engine) => {
      const few = { budget: 16, outlierChunks: 0, outlierShare: 0, denseFactor: 0 };
      const binding = bindDocuments(loaded, engine, few);
      const stored = await readAll(backend, loaded, binding, ids);
      const session = await openShadow(backend, loaded, binding, stored);
      const token = binding.prompt.prefixIds.length + 203;
      const seen: boolean[] = [];
      await session.generate(question, {
        maxTokens: 2,
        sampling: GREEDY,
        stopIds: new Set(),
        onToken: () => undefined,
        signal: undefined,
        forced: [token],
        onChoice: ({ used }) =>
          seen.push(used.some(({ start, length }) => start <= token && token < start + length)),
        now: () => 0,
      });
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.every(Boolean)).toBe(true);
      session.destroy();
    },
  );

  test("travels in a file", async () => {
    const binding = bind();
    const stored = await readAll(backend, loaded, binding, ids);
    const session = await openShadow(backend, loaded, binding, stored);
    const expected = await followed(session, question, answer);
    session.destroy();
    const { pieces } = await stored.repository.files.export(stored.docId);
    const other = await openRepository(memoryBackends());
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for await (const piece of pieces) parts.push(piece.slice());
    const stream = new FileStream(new Blob(parts).stream());
    const { docId } = await other.files.import(stream, await openFile(stream), () => undefined);
    const { checkpoint } = await other.open(docId);
    const index = await other.openReader(docId);
    // Without the model there is nothing to compare its text with.
    expect(await proveDocument({ index, checkpoint: checkpoint! }, undefined)).toBe(false);
    const there = await openShadow(backend, loaded, binding, { repository: other, docId });
    expect(await followed(there, question, answer)).toEqual(expected);
    there.destroy();
  });
});

describe("values in int8 on the device", () => {
  const onDevice = () => bindDocuments(loaded, "shadowkv-int8", { denseFactor: 0 });

  test("are made from the same stored bytes and take their place in the ledger", async () => {
    expect(onDevice().fingerprint).toEqual(bind().fingerprint);
    const stored = await readAll(backend, loaded, bind(), ids);
    const offloaded = await openShadow(backend, loaded, bind(), stored);
    const before = bytesHeld();
    const session = await openShadow(backend, loaded, onDevice(), stored);
    const own = bytesHeld() - before;
    session.destroy();
    const without = bytesHeld();
    offloaded.destroy();
    const { config } = loaded.model;
    const prefix = bind().prompt.prefixIds.length;
    const plan = planDocument(config, bind().parameters, prefix, prefix + ids.length);
    const rows = plan.layers.reduce((sum, { chunks }) => sum + chunks * 8 * config.kvHeads, 0);
    expect(own - (without - bytesHeld())).toBe(rows * (config.headDim + 4));
    expect(session.ramBytes).toBe(0);
  });

  test("give nearly the logits of the reference, and wait for nothing within a step", async () => {
    const stored = await readAll(backend, loaded, bind(), ids);
    const reference = await openShadow(backend, loaded, bind(), stored);
    const expected = await followed(reference, question, answer);
    reference.destroy();
    const session = await openShadow(backend, loaded, onDevice(), stored);
    let own: Float32Array[] = [];
    try {
      const waits = await countWaits(backend, async () => {
        own = await followed(session, question, answer);
      });
      expect(waits).toBe(0);
      own.forEach((logits, i) => {
        const error = nmse(logits, expected[i]!);
        expect(error).toBeGreaterThan(0);
        expect(error).toBeLessThan(0.01);
      });
      expect(await followed(session, question, answer)).toEqual(own);
    } finally {
      session.destroy();
    }
  });

  test("show what was chosen as the reference does, forced chunks too", async () => {
    const stored = await readAll(backend, loaded, bind(), ids);
    const token = bind().prompt.prefixIds.length + 203;
    const choices = async (binding: DocumentBinding, forced?: readonly number[]) => {
      const session = await openShadow(backend, loaded, binding, stored);
      const used: unknown[] = [];
      const generation = await session.generate(question, {
        maxTokens: 1,
        sampling: GREEDY,
        stopIds: new Set(),
        onToken: () => undefined,
        signal: undefined,
        forced,
        now: () => 0,
      });
      const { matched, attended } = await session.recall(question, { signal: undefined });
      used.push(attended[0]?.map(({ start }) => start).sort((a, b) => a - b));
      expect(matched.every((layer) => layer.length === 0)).toBe(true);
      expect(generation.spansRecalled).toBeGreaterThan(0);
      session.destroy();
      return used;
    };
    // The first layer's queries do not depend on values: both choose the same.
    expect(await choices(onDevice())).toEqual(await choices(bind()));
    await choices(onDevice(), [token]);
  });
});

test("a reading that was interrupted goes on behind its last layer, to the same bytes", async () => {
  const binding = bind();
  const whole = await readAll(backend, loaded, binding, ids);
  const repository = await openRepository(memoryBackends());
  const docId = await createDocument(repository, binding, ids);
  const counter = new TokenCounter();
  const layers = loaded.model.config.layers;
  // A little more than two layers, then to the end.
  const until = Math.ceil((2.3 * ids.length) / layers);
  await readOn(backend, loaded, binding, repository, docId, counter, until);
  const { state, tokensCommitted } = await repository.open(docId);
  expect(state).toBe("ingesting");
  expect(tokensCommitted).toBe(Math.floor((2 * ids.length) / layers));
  const afterOne = counter.documentTokens;
  await readOn(backend, loaded, binding, repository, docId, counter, Infinity);
  // Layers that are done are not computed again: no token enters the first one twice.
  expect(counter.documentTokens).toBe(afterOne);
  const [own, other] = [await repository.open(docId), await whole.repository.open(whole.docId)];
  expect(own.state).toBe("complete");
  expect(own.checkpoint).toEqual(other.checkpoint);
  const [a, b] = [
    await repository.openReader(docId),
    await whole.repository.openReader(whole.docId),
  ];
  for (let layer = 0; layer < layers; layer++) {
    expect(a.spans(layer)).toEqual(b.spans(layer));
    const all = a.spans(layer).start.map((_, i) => i);
    expect(await a.readSpanKv(layer, all)).toEqual(await b.readSpanKv(layer, all));
    expect(await a.vectors(layer)).toEqual(await b.vectors(layer));
  }
});

describe("refusals", () => {
  test("a document beyond the trained context, before anything is read", async () => {
    const binding = bind();
    const long = loaded.tokenizer.encode(sampleBook().slice(0, 8000)).slice(0, 1000);
    const counter = new TokenCounter();
    const repository = await openRepository(memoryBackends());
    const docId = await createDocument(repository, binding, long);
    const reading = readOn(backend, loaded, binding, repository, docId, counter, Infinity);
    await expect(reading).rejects.toMatchObject({
      code: "engine-limit",
      message: expect.stringMatching(/1002.*1024.*Ltri-LLM/s) as string,
    });
    expect(counter.documentTokens).toBe(0);
  });

  test("several documents at once, and int8", async () => {
    const binding = bind();
    const { repository, docId } = await readAll(backend, loaded, binding, ids);
    const { checkpoint } = await repository.open(docId);
    const reader = await repository.openReader(docId);
    const stored = { reader, checkpoint: checkpoint! };
    const model = { backend, loaded, binding, counter: new TokenCounter() };
    const session = attentionEngine("shadowkv").session(model, [stored, stored]);
    await expect(session).rejects.toMatchObject({
      code: "engine-limit",
      message: expect.stringMatching(/one document at a time.*Ltri-LLM/) as string,
    });
    expect(() => bind({ kvDtype: "int8" })).toThrow("int8");
  });

  test("a checkpoint that is cut, or of another document", async () => {
    const binding = bind();
    const { repository, docId } = await readAll(backend, loaded, binding, ids);
    const { checkpoint } = await repository.open(docId);
    const bytes = checkpoint!;
    for (const length of [0, 3, 40, bytes.length >> 1, bytes.length - 1]) {
      expect(() => readShadowState(bytes.slice(0, length))).toThrow("checkpoint");
    }
    const reader = await repository.openReader(docId);
    const model = { backend, loaded, binding, counter: new TokenCounter() };
    const open = (overrides: Partial<LtriParameters>) =>
      attentionEngine("shadowkv").session({ ...model, binding: bind(overrides) }, [
        { reader, checkpoint: bytes },
      ]);
    const before = backend.ledger();
    await expect(open({ outlierChunks: 12 })).rejects.toMatchObject({ code: "index-damaged" });
    await expect(open({ localTokens: 64 })).rejects.toMatchObject({ code: "index-damaged" });
    expect(backend.ledger()).toEqual(before);
  });
});
