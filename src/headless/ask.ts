// `ask`: the document is read once, then every question gets one JSON line.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { answerQuestion } from "../engine/ask/answer.ts";
import {
  openRingSession,
  openStoredSession,
  type OpenSession,
} from "../engine/ask/open-session.ts";
import type { EngineName } from "../engine/ask/streams.ts";
import { bindDocuments, type DocumentBinding } from "../engine/document-binding.ts";
import { EngineError } from "../engine/errors.ts";
import { openIngestor } from "../engine/ingest/open-ingestor.ts";
import { freeLock, MemoryExtents, MemoryRecords } from "../engine/store/memory.ts";
import { DocumentRepository } from "../engine/store/repository.ts";
import { TokenCounter } from "../engine/token-counter.ts";
import { Arguments } from "./arguments.ts";
import { openHeadless, overridesFrom, printJson } from "./open-headless.ts";

const ENGINES: readonly EngineName[] = ["full", "ltri", "streaming", "infllm"];

export async function ask(args: readonly string[]): Promise<void> {
  const names = ["model", "document", "question", "engine", "max-tokens", "set"];
  const options = new Arguments(args, names, ["quiet"]);
  const engine = (options.optional("engine") ?? "ltri") as EngineName;
  if (!ENGINES.includes(engine)) {
    throw new EngineError("not-found", `--engine ${engine}: known are ${ENGINES.join(", ")}.`);
  }
  const questions = options.all("question");
  if (questions.length === 0) throw new EngineError("not-found", "--question is missing.");
  const file = options.text("document");
  const text = (await readFile(file, "utf8")).trim();
  const { runtime, loaded } = await openHeadless(options.text("model"));
  const binding = bindDocuments(loaded, engine, overridesFrom(options.settings()));
  const counter = new TokenCounter();
  const { ids, starts } = binding.tokenizer.encodeWithOffsets(text);
  const started = performance.now();
  const progress = (done: number) => {
    if (!options.flag("quiet")) process.stderr.write(`\r${done} of ${ids.length} tokens`);
  };
  const open =
    engine === "full" || engine === "streaming"
      ? await openRingSession(runtime, loaded, binding, engine, ids, counter, progress)
      : await readIntoIndex(path.basename(file));
  const seconds = (performance.now() - started) / 1000;
  if (!options.flag("quiet")) process.stderr.write("\n");

  for (const question of questions) {
    const answer = await answerQuestion(
      open.session,
      binding,
      counter,
      { text, tokenStarts: starts },
      {
        documentId: path.basename(file),
        question,
        history: [],
        maxTokens: options.integer("max-tokens", 64),
        sampling: { temperature: 0, topK: 0, topP: 1, seed: 0 },
        signal: undefined,
        onText: () => undefined,
        now: () => performance.now(),
      },
    );
    const { documentTokens, recomputedDocumentTokens, ...rest } = answer.stats;
    const ledger = runtime.ledger();
    printJson({
      question,
      answer: answer.text,
      evidence: answer.evidence.map(({ start, end, text: quote, weight }) => ({
        start,
        end,
        text: quote,
        weight,
      })),
      stats: {
        documentTokens,
        recomputedDocumentTokens,
        ...rest,
        ingestTokensPerSecond: documentTokens / seconds,
        gpuBytes: Object.values(ledger).reduce((sum, bytes) => sum + bytes, 0),
      },
    });
  }

  /** Through the same repository as in the browser, on memory stores. */
  async function readIntoIndex(title: string): Promise<OpenSession> {
    const repository = await memoryRepository();
    const docId = await repository.create({
      title,
      text,
      tokenIds: ids,
      tokenStarts: starts,
      fingerprint: binding.fingerprint,
      geometry: binding.geometry,
      modelName: loaded.model.config.name,
    });
    await ingest(repository, docId, binding);
    const { checkpoint } = await repository.open(docId, binding.fingerprint);
    if (!checkpoint) throw new EngineError("internal", "the document has no checkpoint");
    const reader = await repository.openReader(docId);
    return openStoredSession(runtime, loaded, binding, reader, checkpoint, counter);
  }

  async function ingest(repository: DocumentRepository, docId: string, b: DocumentBinding) {
    const writer = await repository.openWriter(docId, b.fingerprint);
    const { ingestor, destroy } = await openIngestor(runtime, loaded, b, writer, counter);
    while (!ingestor.done) {
      await ingestor.step();
      progress(ingestor.now);
    }
    await ingestor.finish();
    destroy();
    await writer.close();
  }
}

function memoryRepository(): Promise<DocumentRepository> {
  return DocumentRepository.open({
    records: new MemoryRecords(),
    extents: new MemoryExtents(),
    lock: freeLock,
    cacheBytes: 256 * 1024 * 1024,
    now: () => Date.now(),
    newId: () => crypto.randomUUID(),
  });
}
