// The recurrent model that comes with the app, on the test device: on real text it computes what the float64
// reference does, and it answers a planted fact: from its state within the window, from passages beyond.
import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../kernels/index.ts";
import { testBackend } from "../../kernels/testing/backends.ts";
import { askDocuments } from "./ask/ask-documents.ts";
import { bindDocuments } from "./attention/binding.ts";
import type { BoundModel } from "./attention/bound-model.ts";
import { GREEDY } from "./attention/sampler.ts";
import { windowSlots } from "./model/config.ts";
import { openModel } from "./model/open-model.ts";
import { referenceRodimus } from "./model/testing/reference-rodimus.ts";
import { askedDocument } from "./testing/asked-document.ts";
import { nanoRodimusFiles, sampleBook } from "./testing/embedded-model.ts";
import {
  createDocument,
  memoryBackends,
  openRepository,
  openStored,
  readOn,
} from "./testing/read-document.ts";
import { distance, logitsInPieces, recurrentStream } from "./testing/rodimus-stream.ts";
import { loadModel } from "./transformer/loaded-model.ts";
import { TokenCounter } from "./transformer/token-counter.ts";

const WINDOW = 513;
const book = sampleBook();

let backend: Backend;
let model: BoundModel;

beforeAll(async () => {
  backend = await testBackend();
  const loaded = await loadModel(backend, "nano-rodimus", nanoRodimusFiles(), () => undefined);
  const binding = bindDocuments(loaded, "recurrent", {});
  model = { backend, loaded, binding, counter: new TokenCounter() };
});

test("it is small, and its window is the one that the app names", () => {
  const bytes = nanoRodimusFiles().reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBeLessThan(4e6);
  expect(windowSlots(model.loaded.model.config)).toBe(WINDOW);
});

test("on a text longer than its window the logits are those of the reference", async () => {
  const ids = Array.from(model.binding.tokenizer.encode(book.slice(5_000, 7_500))).slice(0, 640);
  expect(ids).toHaveLength(640);
  const stream = recurrentStream(backend, model.loaded, 64);
  const actual = await logitsInPieces(backend, stream, ids, [300, 1, 1, 338]);
  stream.destroy();
  const { config, tensors } = await openModel(nanoRodimusFiles());
  const { logits } = await referenceRodimus(config, tensors, ids);
  const expected = Float32Array.from(logits.flatMap((row) => Array.from(row)));
  expect(distance(actual, expected)).toBeLessThan(1e-4);
});

describe("a planted fact", () => {
  async function ask(before: string, after: string) {
    const text = `${before}\n\nThe secret code of the green lantern is 73194.\n\n${after}`;
    const { ids, starts } = model.binding.tokenizer.encodeWithOffsets(text);
    const repository = await openRepository(memoryBackends());
    const docId = await createDocument(repository, model.binding, ids);
    await readOn(backend, model.loaded, model.binding, repository, docId, model.counter, Infinity);
    const session = await openStored(model, repository, docId);
    const asked = { session, documents: [askedDocument("lantern", text, starts)] };
    const answer = await askDocuments(model, asked, {
      question: "What is the secret code of the green lantern?",
      answerMode: "auto",
      history: [],
      maxTokens: 12,
      sampling: GREEDY,
      signal: undefined,
      onText: () => undefined,
      now: () => 0,
    });
    session.destroy();
    return { tokens: ids.length, ...answer };
  }

  test("within the window is answered from the state", async () => {
    const { tokens, text, mode, stats } = await ask(
      book.slice(2_000, 2_400),
      book.slice(2_400, 2_800),
    );
    expect(tokens).toBeLessThan(WINDOW);
    expect({ mode, text }).toEqual({ mode: "recalled", text: expect.stringContaining("73194") });
    expect(stats).toMatchObject({ recomputedDocumentTokens: 0, rereadTokens: 0 });
  });

  test("beyond it is answered from passages read again", async () => {
    const { tokens, text, mode, stats } = await ask(
      book.slice(2_000, 3_000),
      book.slice(3_000, 7_000),
    );
    expect(tokens).toBeGreaterThan(3 * WINDOW);
    expect({ mode, text }).toEqual({ mode: "reread", text: expect.stringContaining("73194") });
    expect(stats.recomputedDocumentTokens).toBe(0);
    expect(stats.rereadTokens).toBeGreaterThan(20);
  });
});
