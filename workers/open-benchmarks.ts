// Benchmarks with the browser behind them: a chunk of its own, fetched when the evaluation is opened.
import type { Engine } from "../src/engine/index.ts";
import { EngineError } from "../src/engine/index.ts";
import type { Book } from "../src/evaluation/benchmark-data.ts";
import { BenchmarkDesk } from "../src/evaluation/run/benchmark-desk.ts";
import { EMBEDDED_BOOKS } from "../src/evaluation/run/embedded-books.ts";
import type { BrowserStores } from "./storage/browser-stores.ts";
import type { BenchmarkState, CallBenchmark } from "./protocol.ts";

/** Of `full` attention on the GPU, or of one haystack's spans in RAM. */
const MEMORY_BYTES = 2 * 1024 ** 3;

/** `samples` is the address of the folder, with a slash at its end. */
export function openBenchmarks(
  engine: Engine,
  stores: BrowserStores,
  samples: string,
  emit: (state: BenchmarkState) => void,
): CallBenchmark {
  let books: Promise<readonly Book[]> | undefined;
  const desk = new BenchmarkDesk({
    records: stores.records,
    lock: stores.lock,
    lend: (task) => engine.lendModel(task),
    books: () =>
      (books ??= Promise.all(
        EMBEDDED_BOOKS.map(async ({ file, ...book }) => ({
          ...book,
          text: await fetchText(samples + file),
        })),
      ).catch((thrown: unknown) => {
        books = undefined; // the network may be back at the next try
        throw thrown;
      })),
    emit,
    memoryBytes: MEMORY_BYTES,
    kind: "browser",
    now: () => performance.now(),
    today: () => new Date().toISOString(),
    newId: () => crypto.randomUUID(),
  });
  // The result's type follows from the verb, which the compiler cannot see through a lookup.
  return (verb, ...parameters) => Reflect.apply(desk[verb], desk, parameters) as never;
}

async function fetchText(address: string): Promise<string> {
  const response = await fetch(address).catch((cause: unknown) => {
    throw new EngineError("download-failed", `The text at ${address} cannot be reached.`, {
      cause,
    });
  });
  if (!response.ok) {
    throw new EngineError("download-failed", `The text at ${address} answered ${response.status}.`);
  }
  return response.text();
}
