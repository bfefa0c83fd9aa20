// Test support: a benchmark desk over one model, without a worker. Tests only.
import type { Backend } from "../../../kernels/index.ts";
import { Turnstile } from "../../engine/host/turnstile.ts";
import { freeLock, type MemoryRecords } from "../../engine/store/memory.ts";
import type { LoadedModel } from "../../engine/transformer/loaded-model.ts";
import type { Book } from "../benchmark-data.ts";
import type { BenchmarkRequest, BenchmarkState } from "../run/api.ts";
import { BenchmarkDesk } from "../run/benchmark-desk.ts";

/** The smallest plan there is; lengths, depths and engines are the test's. */
export const SMOKE: Pick<
  BenchmarkRequest,
  "suite" | "profile" | "preset" | "seed" | "languages" | "tasks" | "answerMode"
> = {
  ...{ suite: "needlebench-v2", profile: "sound", preset: "smoke", seed: 7 },
  ...{ languages: ["en"], tasks: ["s-rt"], answerMode: "recalled" },
};

interface DeskParts {
  readonly backend: Backend;
  readonly loaded: LoadedModel;
  /** What an earlier desk stored is found again. */
  readonly records: MemoryRecords;
  readonly books: readonly Book[];
}

export function openTestDesk({ backend, loaded, records, books }: DeskParts) {
  let ids = 0;
  let listener: (state: BenchmarkState) => void = () => undefined;
  const device = {
    kind: "webgpu" as const,
    adapter: "test",
    fallback: true,
    features: [],
    maxBufferBytes: backend.capabilities.maxBufferBytes,
    maxBindingBytes: backend.capabilities.maxBindingBytes,
  };
  const { signal: recalled } = new AbortController();
  const desk = new BenchmarkDesk({
    records,
    lock: freeLock,
    lend: (task) => task({ backend, loaded, turnstile: new Turnstile(), device, recalled }),
    books: () => Promise.resolve(books),
    emit: (state) => listener(state),
    memoryBytes: 2 ** 30,
    kind: "node",
    now: () => performance.now(),
    today: () => "2026-01-01T00:00:00Z",
    newId: () => `run ${ids++}`,
  });
  /** Resolves with the first state that `test` accepts. */
  const until = (accepts: (state: BenchmarkState) => boolean) =>
    new Promise<BenchmarkState>((resolve) => {
      listener = (state) => {
        if (accepts(state)) resolve(state);
      };
      void desk.watch();
    });
  const idle = () =>
    until(({ runs }) => !runs.some(({ state }) => state === "running" || state === "waiting"));
  return { desk, until, idle };
}
