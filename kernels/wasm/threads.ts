// Divides calls of the module among threads that share its memory: the rows of a product, the heads and tokens of
// attention. Nothing is copied or sent; the other threads are asleep or wait in thread-loop.mjs.
import { DeviceFailure } from "../backend.ts";
import type { ExportName, KernelExports } from "./kernel-module.ts";
import { ARGUMENTS_OFFSET, CONTROL, MOST_ARGUMENTS, takeParts } from "./thread-loop.mjs";

/** What a helping thread is given. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  /** Shared. */
  readonly memory: WebAssembly.Memory;
  /** Address of the control block. */
  readonly control: number;
  /** Of the thread, 1 for the first helper. */
  readonly index: number;
}

/** One call of a function of the module. */
export interface KernelCall {
  readonly run: ExportName;
  readonly args: number[];
  /** The arguments at `beginAt` and `endAt` bound the units that the call computes. */
  readonly division?: Division | undefined;
}

export interface Division {
  readonly beginAt: number;
  readonly endAt: number;
  readonly units: number;
  /** Parts begin at multiples of it. */
  readonly grain: number;
  /** Multiplications of all units, roughly. */
  readonly work: number;
  /** Argument that is the address of scratch, -1 without; thread i has its own, i times `scratchBytes` further. */
  readonly scratchAt: number;
  readonly scratchBytes: number;
}

export interface Threads {
  /** How many compute, at least 1. */
  readonly count: number;
  /** Resolves when one of them has died; the memory may then hold half a result. */
  readonly lost: Promise<string>;
  run(call: KernelCall): void;
  dispose(): void;
}

/** A started thread that serves. */
export interface HelperThread {
  /** Resolves, with the reason, when it has ended by itself. */
  readonly lost: Promise<string>;
  terminate(): void;
}

/** Starts a thread of the host that runs `serveKernels`; resolves when it serves. */
export type StartThread = (start: ThreadStart) => Promise<HelperThread>;

export class OneThread implements Threads {
  readonly count = 1;
  readonly lost = new Promise<string>(() => undefined);
  readonly #exports: KernelExports;

  constructor(exports: KernelExports) {
    this.#exports = exports;
  }

  run({ run, args, division }: KernelCall): void {
    if (division) {
      args[division.beginAt] = 0;
      args[division.endAt] = division.units;
    }
    this.#exports[run](...args);
  }

  dispose(): void {
    // Nothing was started.
  }
}

/** Less is done sooner than another thread hears of it. */
const LEAST_WORK = 200_000;
/** More parts than threads: one that is slower or comes later takes fewer. */
const PARTS_PER_THREAD = 4;
/** Looks before this thread sleeps; what it waits for is at most one part. */
const LOOKS = 20_000;
/** Sleeps, not seconds: a computer that was suspended meanwhile has slept once. */
const LONGEST_WAITS = 30;
const WAIT_MS = 1000;

export class SharedThreads implements Threads {
  readonly count: number;
  readonly lost: Promise<string>;
  readonly #functions: readonly ((...values: number[]) => void)[];
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #words: Int32Array;
  readonly #values: Float64Array;
  readonly #helpers: readonly HelperThread[];
  readonly #alone: OneThread;
  readonly #leastWork: number;

  /** `control`: address of `CONTROL_BYTES` zeros in the shared memory, which the helpers know too. */
  constructor(
    exports: KernelExports,
    memory: WebAssembly.Memory,
    control: number,
    helpers: readonly HelperThread[],
    leastWork = LEAST_WORK,
  ) {
    this.#leastWork = leastWork;
    this.count = helpers.length + 1;
    this.lost = Promise.race(helpers.map((helper) => helper.lost));
    this.#functions = Object.values(exports);
    this.#indexOf = new Map(Object.keys(exports).map((name, index) => [name, index]));
    this.#words = new Int32Array(memory.buffer, control, ARGUMENTS_OFFSET / 4);
    this.#values = new Float64Array(memory.buffer, control + ARGUMENTS_OFFSET, MOST_ARGUMENTS);
    this.#helpers = helpers;
    this.#alone = new OneThread(exports);
  }

  run(call: KernelCall): void {
    const { division } = call;
    if (!division || division.units <= division.grain || division.work < this.#leastWork) {
      this.#alone.run(call);
      return;
    }
    const most = Math.min(
      this.count * PARTS_PER_THREAD,
      Math.ceil(division.units / division.grain),
    );
    const size = Math.ceil(division.units / most / division.grain) * division.grain;
    const words = this.#words;
    this.#values.set(call.args);
    words[CONTROL.NEXT] = 0;
    words[CONTROL.PARTS] = Math.ceil(division.units / size);
    words[CONTROL.UNITS] = division.units;
    words[CONTROL.UNITS_PER_PART] = size;
    words[CONTROL.RUN] = this.#indexOf.get(call.run) ?? -1;
    words[CONTROL.BEGIN_AT] = division.beginAt;
    words[CONTROL.END_AT] = division.endAt;
    words[CONTROL.SCRATCH_AT] = division.scratchAt;
    words[CONTROL.SCRATCH_BYTES] = division.scratchBytes;
    words[CONTROL.ARGUMENT_COUNT] = call.args.length;
    Atomics.add(words, CONTROL.GENERATION, 1);
    if (Atomics.load(words, CONTROL.SLEEPERS) > 0) Atomics.notify(words, CONTROL.GENERATION);
    try {
      takeParts(this.#functions, words, this.#values, 0);
    } finally {
      Atomics.add(words, CONTROL.GENERATION, 1);
      this.#waitForOthers();
    }
    if (Atomics.load(words, CONTROL.FAILED) !== 0) {
      throw new DeviceFailure("lost", "a thread of the processor failed");
    }
  }

  dispose(): void {
    for (const helper of this.#helpers) helper.terminate();
  }

  #waitForOthers(): void {
    const words = this.#words;
    for (let i = 0; i < LOOKS; i++) if (Atomics.load(words, CONTROL.ACTIVE) === 0) return;
    for (let i = 0; i < LONGEST_WAITS; i++) {
      const active = Atomics.load(words, CONTROL.ACTIVE);
      if (active === 0) return;
      Atomics.wait(words, CONTROL.ACTIVE, active, WAIT_MS);
    }
    throw new DeviceFailure("lost", "a thread of the processor does not answer");
  }
}
