// Sampling in two steps, as sampling/sample-chunks.wgsl and sample.wgsl.
import { exp1, exp4, sum4 } from "./simd";

const NONE: u32 = 0xffffffff;
const MOST: i32 = 256;

/** The exponent of infinity and NaN: where it is full, a number is not finite. */
const NOT_FINITE: u32 = 0x7f800000;

/** Of every chunk: the best value, its id, Σ exp((logit − best) / temperature), 1 if a logit is not finite. */
export function sampleChunks(logits: usize, chunks: usize, logitBegin: i32, vocabulary: i32, chunk: i32, inverseTemperature: f32): void {
  logits += <usize>logitBegin << 2;
  for (let first = 0; first < vocabulary; first += chunk, chunks += 16) {
    const end = min(first + chunk, vocabulary);
    let best = load<f32>(logits + (<usize>first << 2));
    let bestId = first;
    let broken = 0;
    for (let i = first; i < end; i++) {
      if ((load<u32>(logits + (<usize>i << 2)) & NOT_FINITE) == NOT_FINITE) broken = 1;
      const value = load<f32>(logits + (<usize>i << 2));
      if (value > best) {
        best = value;
        bestId = i;
      }
    }
    let four = f32x4.splat(0);
    let i = first;
    for (; i + 4 <= end; i += 4) {
      const shift = f32x4.sub(v128.load(logits + (<usize>i << 2)), f32x4.splat(best));
      four = f32x4.add(four, exp4(f32x4.mul(shift, f32x4.splat(inverseTemperature))));
    }
    let sum = sum4(four);
    for (; i < end; i++) sum += exp1((load<f32>(logits + (<usize>i << 2)) - best) * inverseTemperature);
    store<f32>(chunks, best);
    store<i32>(chunks, bestId, 4);
    store<f32>(chunks, sum, 8);
    store<i32>(chunks, broken, 12);
  }
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function before(value: f32, id: u32, otherValue: f32, otherId: u32): bool {
  if (id == NONE || otherId == NONE) return id != NONE;
  return value > otherValue || (value == otherValue && id < otherId);
}

function mix(value: u32): u32 {
  const state = value * 747796405 + 2891336453;
  const word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737;
  return (word >> 22) ^ word;
}

/** scratch: MOST × (f32 value, u32 id). */
export function sample(
  logits: usize, chunks: usize, token: usize, logitBegin: i32, vocabulary: i32, chunk: i32, inverseTemperature: f32,
  topK: i32, wholeSum: bool, topP: f32, seed: u32, step: u32, tokenIndex: i32, scratch: usize,
): void {
  logits += <usize>logitBegin << 2;
  const chunkCount = (vocabulary + chunk - 1) / chunk;
  for (let c = 0; c < chunkCount; c++) {
    if (load<i32>(chunks + (<usize>c << 4), 12) == 0) continue;
    store<u32>(token + (<usize>tokenIndex << 2), NONE);
    return;
  }
  let whole: f32 = 0;
  let reached: f32 = 0;
  let count = 0;
  for (let round = 0; round < min(topK, MOST); round++) {
    let value: f32 = 0;
    let id = NONE;
    for (let c = 0; c < chunkCount; c++) {
      const at = chunks + (<usize>c << 4);
      const next = load<f32>(at);
      if (before(next, load<u32>(at, 4), value, id)) {
        value = next;
        id = load<u32>(at, 4);
      }
    }
    if (id == NONE) break;
    store<f32>(scratch + (<usize>round << 3), value);
    store<u32>(scratch + (<usize>round << 3), id, 4);
    count = round + 1;
    if (wholeSum) {
      if (round == 0) {
        for (let c = 0; c < chunkCount; c++) {
          const at = chunks + (<usize>c << 4);
          whole += load<f32>(at, 8) * exp1((load<f32>(at) - value) * inverseTemperature);
        }
      }
      reached += exp1((value - load<f32>(scratch)) * inverseTemperature);
      if (reached >= topP * whole) break;
    }
    // The best of the winner's chunk that comes after the winner.
    const own = <i32>(id / <u32>chunk);
    let nextValue: f32 = 0;
    let nextId = NONE;
    if (round + 1 < topK) {
      for (let i = own * chunk; i < min((own + 1) * chunk, vocabulary); i++) {
        const next = load<f32>(logits + (<usize>i << 2));
        if (<u32>i != id && before(value, id, next, i) && before(next, i, nextValue, nextId)) {
          nextValue = next;
          nextId = i;
        }
      }
    }
    store<f32>(chunks + (<usize>own << 4), nextValue);
    store<u32>(chunks + (<usize>own << 4), nextId, 4);
  }
  const top = load<f32>(scratch);
  let sum: f32 = 0;
  for (let i = 0; i < count; i++) {
    const weight = exp1((load<f32>(scratch + (<usize>i << 3)) - top) * inverseTemperature);
    store<f32>(scratch + (<usize>i << 3), weight);
    sum += weight;
  }
  if (!wholeSum) whole = sum;
  let kept = 0;
  let keptSum: f32 = 0;
  while (kept < count && (kept == 0 || keptSum < topP * whole)) {
    keptSum += load<f32>(scratch + (<usize>kept << 3));
    kept++;
  }
  const target = <f32>(mix(seed ^ mix(step)) >> 8) * <f32>5.9604644775390625e-8 * keptSum;
  let chosen = 0;
  let running = load<f32>(scratch);
  while (chosen + 1 < kept && running <= target) {
    chosen++;
    running += load<f32>(scratch + (<usize>chosen << 3));
  }
  store<u32>(token + (<usize>tokenIndex << 2), load<u32>(scratch + (<usize>chosen << 3), 4));
}
