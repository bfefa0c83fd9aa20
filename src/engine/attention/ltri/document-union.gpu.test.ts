// Several documents in one stream: with a budget for everything each part is what it is alone, order
// and sinks included; with a small one a passage of any of them is found.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { kvRowBytes, PAGE_TOKENS } from "../../../../kernels/index.ts";
import { testBackend } from "../../../../kernels/testing/gpu.ts";
import { bindDocuments, type DocumentBinding } from "../binding.ts";
import { type LoadedModel, loadModel } from "../../transformer/loaded-model.ts";
import { sourceFromBytes } from "../../model/byte-source.ts";
import type { PagedKv } from "../../mixers/softmax/paged-kv.ts";
import { SpanIndex } from "./span-index.ts";
import type { LtriParameters } from "../parameters.ts";
import { DocumentRepository } from "../../store/repository.ts";
import { freeLock } from "../../store/memory.ts";
import { createDocument, memoryBackends, readOn } from "../../testing/read-document.ts";
import { TokenCounter } from "../../transformer/token-counter.ts";
import { askDocuments } from "../../ask/ask-documents.ts";
import { askedDocument } from "../../testing/asked-document.ts";
import type { StoredDocument } from "../engine.ts";
import { attentionEngine } from "../engines.ts";
import { DocumentUnion } from "./document-union.ts";
import { Session } from "./session.ts";
import { answerBudget, openSpanKv } from "./sizes.ts";
import { GREEDY } from "../sampler.ts";

const MODEL = "public/models/nano.gguf";
let loaded: LoadedModel;

beforeAll(async () => {
  const backend = await testBackend();
  const source = sourceFromBytes("nano.gguf", readFileSync(MODEL));
  loaded = await loadModel(backend, "nano", [source], () => undefined);
});

function repository(): Promise<DocumentRepository> {
  let ids = 0;
  return DocumentRepository.open({
    ...memoryBackends(),
    lock: freeLock,
    cacheBytes: 64 * 1024 * 1024,
    now: () => 0,
    newId: () => `document ${ids++}`,
  });
}

async function read(
  documents: DocumentRepository,
  binding: DocumentBinding,
  ids: Uint32Array,
): Promise<StoredDocument> {
  const backend = await testBackend();
  const docId = await createDocument(documents, binding, ids);
  await readOn(backend, loaded, binding, documents, docId, new TokenCounter(), Infinity);
  const { checkpoint } = await documents.open(docId, binding.fingerprint);
  return { reader: await documents.openReader(docId), checkpoint: checkpoint! };
}

function randomIds(count: number, seed: number): Uint32Array {
  let state = seed;
  return Uint32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 5 + (state % (loaded.model.config.vocab - 5));
  });
}

const SMALL: Partial<LtriParameters> = {
  chunk: 16,
  lMin: 4,
  lMax: 24,
  segLen: 32,
  nLocal: 96,
  nVote: 64,
  budget: 64,
};

describe("the stream of joined documents", () => {
  // Lengths around the sinks: shorter, inside a page of them, longer.
  const lengths = [
    [150, 90, 60],
    [3, 120, 5],
    [1, 2, 3],
  ];
  test.each(lengths.flatMap((three) => [[three, "f16"] as const, [three, "int8"] as const]))(
    "%j tokens, %s: every token of every layer once, with its own keys and values",
    async (three, kvDtype) => {
      const backend = await testBackend();
      const binding = bindDocuments(loaded, "ltri", { ...SMALL, kvDtype });
      const { parameters, prompt } = binding;
      const { config } = loaded.model;
      const prefix = prompt.prefixIds.length;
      const store = await repository();
      const parts: StoredDocument[] = [];
      for (const [i, length] of three.entries()) {
        parts.push(await read(store, binding, randomIds(length, i + 1)));
      }
      const total = DocumentUnion.totalTokens(prefix, parts);
      expect(total).toBe(prefix + three[0]! + three[1]! + three[2]!);

      /** Rows of all tokens of a stream, by token: k then v, all heads. */
      const rowsOf = async (documents: readonly StoredDocument[], layer: number) => {
        const end = DocumentUnion.totalTokens(prefix, documents);
        const kv = openSpanKv(backend, config, parameters, end, documents.length);
        const budget = answerBudget(config.contextLength, parameters);
        const union = DocumentUnion.open(kv, prefix, parameters.lMax, documents);
        const vectors = union.vectors.bind(union);
        const index = new SpanIndex(backend, config, parameters, budget, undefined, vectors);
        await union.index(index, layer, parameters.lMax);
        const rows = new Map<number, string>();
        sinkRows(kv, union.sinkPages(layer), Math.min(end, parameters.nSink), rows);
        const table = index.table(layer);
        const ordinals = table.starts.map((_, i) => i);
        const loadedSpans = await union.load(layer, [...ordinals].reverse());
        for (const ordinal of ordinals) {
          const bytes = loadedSpans[ordinals.length - 1 - ordinal]!;
          const length = table.length(ordinal);
          expect(length).toBeLessThanOrEqual(parameters.lMax);
          const token = bytes.length / 2 / length;
          for (let i = 0; i < length; i++) {
            const at = table.start(ordinal) + i;
            expect(rows.has(at), `token ${at} twice`).toBe(false);
            const half = (from: number) => hex(bytes.subarray(from, from + token));
            rows.set(at, half(i * token) + half(bytes.length / 2 + i * token));
          }
        }
        kv.destroy();
        index.destroy();
        return rows;
      };

      for (const layer of [0, config.layers - 1]) {
        const joined = await rowsOf(parts, layer);
        expect([...joined.keys()].sort((a, b) => a - b)).toEqual(
          Array.from({ length: total }, (_, i) => i),
        );
        let shift = 0;
        for (const [i, part] of parts.entries()) {
          const alone = await rowsOf([part], layer);
          for (const [token, row] of alone) {
            if (token < prefix && i > 0) continue; // one prefix, the first document's
            expect(joined.get(token + shift), `document ${i}, token ${token}`).toBe(row);
          }
          shift += three[i]!;
        }
      }
    },
  );
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function sinkRows(
  kv: PagedKv,
  pages: { readonly k: Uint8Array; readonly v: Uint8Array },
  end: number,
  rows: Map<number, string>,
): void {
  const { kvHeads, headDim } = kv.config;
  const rowBytes = kvRowBytes(kv.shape.kvDtype, headDim);
  for (let token = 0; token < end; token++) {
    let row = "";
    for (const bytes of [pages.k, pages.v]) {
      for (let head = 0; head < kvHeads; head++) {
        const page = Math.floor(token / PAGE_TOKENS);
        const at = ((page * kvHeads + head) * PAGE_TOKENS + (token % PAGE_TOKENS)) * rowBytes;
        row += hex(bytes.subarray(at, at + rowBytes));
      }
    }
    rows.set(token, row);
  }
}

describe("a question to two documents", () => {
  const book = readFileSync("public/sample/treasure-island.txt", "utf8");
  const FACTS = [
    { name: "green lantern", code: "73194" },
    { name: "silver compass", code: "52806" },
  ];
  const texts = FACTS.map(({ name, code }, i) => {
    const from = 20_000 * i;
    const sentence = `The secret code of the ${name} is ${code}.`;
    return `${book.slice(from, from + 1500)}\n\n${sentence}\n\n${book.slice(from + 1500, from + 2600)}`;
  });

  test("is answered from whichever holds the answer, by one budget, and reads nothing again", async () => {
    const backend = await testBackend();
    const binding = bindDocuments(loaded, "ltri", {});
    const store = await repository();
    const documents = [];
    const stored: StoredDocument[] = [];
    for (const [i, text] of texts.entries()) {
      const { ids, starts } = binding.tokenizer.encodeWithOffsets(text);
      stored.push(await read(store, binding, ids));
      documents.push(askedDocument(`d${i}`, text, starts));
    }
    const counter = new TokenCounter();
    const model = { backend, loaded, binding, counter };
    const session = await attentionEngine("ltri").session(model, stored);
    if (!(session instanceof Session)) throw new Error("a session of spans has sealed tokens");
    // Together they are more than the budget: the choice is made between them.
    const budget = answerBudget(loaded.model.config.contextLength, binding.parameters);
    expect(Math.min(...session.sealedTokens)).toBeGreaterThan(budget);
    for (const [i, { name, code }] of FACTS.entries()) {
      const answer = await askDocuments(
        model,
        { session, documents },
        {
          answerMode: "recalled",
          question: `What is the secret code of the ${name}?`,
          history: [],
          maxTokens: 16,
          sampling: GREEDY,
          signal: undefined,
          onText: () => undefined,
          now: () => 0,
        },
      );
      expect(answer.text).toContain(code);
      const [best] = answer.evidence;
      expect(best).toMatchObject({ documentId: `d${i}` });
      expect(best!.text).toContain(code);
      expect(texts[i]!.slice(best!.start, best!.end)).toBe(best!.text);
      expect(answer.stats.recomputedDocumentTokens).toBe(0);
    }
    session.destroy();
  });
});
