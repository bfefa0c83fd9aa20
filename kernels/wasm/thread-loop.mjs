// What a helping thread runs: it waits in the shared memory for calls that can be divided and takes parts of them
// until none is left. The other side is threads.ts. Plain JavaScript: Node runs it in a thread as it lies.

/**
 * Words (i32) of the control block. GENERATION is odd while a call is open. Whoever works on it counts in ACTIVE, and
 * looks at GENERATION once more after that: a call that was closed meanwhile is left alone, so nobody waits for a
 * thread that the system has not woken yet.
 */
export const CONTROL = {
  GENERATION: 0,
  ACTIVE: 1,
  SLEEPERS: 2,
  FAILED: 3,
  /** Number of the next part. */
  NEXT: 4,
  PARTS: 5,
  UNITS: 6,
  UNITS_PER_PART: 7,
  /** Index of the function among the exports. */
  RUN: 8,
  /** Indices of arguments: first unit, end, address of the thread's own scratch (or -1). */
  BEGIN_AT: 9,
  END_AT: 10,
  SCRATCH_AT: 11,
  SCRATCH_BYTES: 12,
  ARGUMENT_COUNT: 13,
};
/** Bytes from the start of the block to the arguments, one f64 each. */
export const ARGUMENTS_OFFSET = 64;
export const MOST_ARGUMENTS = 24;
export const CONTROL_BYTES = ARGUMENTS_OFFSET + MOST_ARGUMENTS * 8;

/** Looks that a thread takes before it sleeps: about as long as what lies between two divided calls. */
const LOOKS = 2000;

/**
 * Never returns; throws what a kernel throws.
 * @param {import("./threads.ts").ThreadStart} start
 * @param {() => void} onReady
 */
export function serveKernels({ module, memory, control, index }, onReady) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const functions = /** @type {((...values: number[]) => void)[]} */ (Object.values(exports));
  const words = new Int32Array(memory.buffer, control, ARGUMENTS_OFFSET / 4);
  const values = new Float64Array(memory.buffer, control + ARGUMENTS_OFFSET, MOST_ARGUMENTS);
  onReady();
  for (let done = 0; ;) {
    const generation = waitWhile(words, CONTROL.GENERATION, done);
    if (generation % 2 === 0) {
      done = generation;
      continue;
    }
    Atomics.add(words, CONTROL.ACTIVE, 1);
    try {
      if (Atomics.load(words, CONTROL.GENERATION) === generation) {
        takeParts(functions, words, values, index);
        done = generation;
      }
    } catch (error) {
      Atomics.store(words, CONTROL.FAILED, 1);
      throw error;
    } finally {
      if (Atomics.sub(words, CONTROL.ACTIVE, 1) === 1) Atomics.notify(words, CONTROL.ACTIVE);
    }
  }
}

/**
 * Computes parts of the open call until all are taken.
 * @param {readonly ((...values: number[]) => void)[]} functions
 * @param {Int32Array} words
 * @param {Float64Array} values
 * @param {number} index of the thread
 */
export function takeParts(functions, words, values, index) {
  const run = functions[words[CONTROL.RUN] ?? -1];
  if (!run) throw new Error("there is no such kernel");
  const parts = words[CONTROL.PARTS] ?? 0;
  const units = words[CONTROL.UNITS] ?? 0;
  const size = words[CONTROL.UNITS_PER_PART] ?? 1;
  const args = Array.from(values.subarray(0, words[CONTROL.ARGUMENT_COUNT]));
  const scratchAt = words[CONTROL.SCRATCH_AT] ?? -1;
  if (scratchAt >= 0) {
    args[scratchAt] = (args[scratchAt] ?? 0) + index * (words[CONTROL.SCRATCH_BYTES] ?? 0);
  }
  for (;;) {
    const part = Atomics.add(words, CONTROL.NEXT, 1);
    if (part >= parts) return;
    args[words[CONTROL.BEGIN_AT] ?? 0] = part * size;
    args[words[CONTROL.END_AT] ?? 0] = Math.min(units, (part + 1) * size);
    run(...args);
  }
}

/**
 * Waits as long as the word is `value`; returns what it is then.
 * @param {Int32Array} words
 * @param {number} at
 * @param {number} value
 */
function waitWhile(words, at, value) {
  for (let i = 0; i < LOOKS; i++) {
    const now = Atomics.load(words, at);
    if (now !== value) return now;
  }
  Atomics.add(words, CONTROL.SLEEPERS, 1);
  Atomics.wait(words, at, value);
  Atomics.sub(words, CONTROL.SLEEPERS, 1);
  return Atomics.load(words, at);
}
