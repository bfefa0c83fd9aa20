// A process that reads one document on file stores and is killed while it does. It tells on standard
// output when the reading begins; if it lives to the end, it prints the answer and the digest of the
// exported document. Arguments: folder of the stores, model file, text file, question.
import { readFile } from "node:fs/promises";
import { Engine } from "../../engine/engine.ts";
import { Sha256 } from "../../engine/model-cache/sha256.ts";
import { freeLock } from "../../engine/store/memory.ts";
import { DocumentRepository } from "../../engine/store/repository.ts";
import { modelSources, nodeGpu } from "../node-host.ts";
import { FileExtents, FileRecords } from "./file-stores.ts";

/** The engine commits by time too: a faster clock makes it commit after almost every chunk. */
const CLOCK = 40;

export interface ChildResult {
  readonly answer: string;
  readonly evidence: readonly { readonly start: number; readonly end: number }[];
  readonly recomputedDocumentTokens: number;
  readonly sha256: string; // of the exported file
}

export function openFileRepository(folder: string, records: FileRecords) {
  return DocumentRepository.open({
    records,
    extents: new FileExtents(folder),
    lock: freeLock,
    cacheBytes: 16 * 1024 * 1024,
    now: () => 0,
    newId: () => "document",
    writeBytes: 64 * 1024,
  });
}

function tell(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export async function readOne([folder, model, file, question]: readonly string[]): Promise<void> {
  const repository = await openFileRepository(folder!, await FileRecords.open(folder!));
  let finished: () => void = () => undefined;
  const complete = new Promise<void>((resolve) => (finished = resolve));
  const engine = new Engine(
    {
      gpu: await nodeGpu(),
      repository,
      modelSources: () => modelSources(model!),
      now: () => performance.now() * CLOCK,
    },
    (event) => {
      if (event.type !== "documents") return;
      const [document] = event.documents;
      if (document?.state === "complete") finished();
      if (document?.problem) throw new Error(document.problem.message);
    },
  );
  const found = await repository.list();
  await engine.loadModel("model"); // goes on with an interrupted reading by itself
  tell("reading");
  if (found.length === 0) await engine.addDocument("document", await readFile(file!, "utf8"));
  await complete;
  const asked = { jobId: "ask", documentIds: ["document"], question: question!, history: [] };
  const request = { ...asked, answerMode: "recalled" as const };
  const greedy = { maxTokens: 16, temperature: 0, topK: 0, topP: 1, seed: 0 };
  const { text, evidence, stats } = await engine.ask({ ...request, ...greedy });
  const hash = new Sha256();
  await engine.exportDocument("export", "document", (chunk) => void hash.update(chunk));
  const result: ChildResult = {
    answer: text,
    evidence: evidence.map(({ start, end }) => ({ start, end })),
    recomputedDocumentTokens: stats.recomputedDocumentTokens,
    sha256: hash.hex(),
  };
  tell(result);
  process.exit(0);
}
