import { type ArgmaxShape, NO_TOKEN, SAMPLE_MAX_TOP_K, type SampleShape } from "./sample.ts";

/** CPU twin of argmax; scratch is unused. */
export function argmaxTwin(
  logits: Float32Array,
  _scratch: unknown,
  token: Uint32Array,
  { vocabulary, logitBegin = 0, tokenIndex }: ArgmaxShape,
): void {
  let best = 0;
  for (let i = 1; i < vocabulary; i++) {
    if (logits[logitBegin + i]! > logits[logitBegin + best]!) best = i;
  }
  const values = logits.subarray(logitBegin, logitBegin + vocabulary);
  token[tokenIndex] = values.every(Number.isFinite) ? best : NO_TOKEN;
}

/** CPU twin of sampleTop: the same id for the same seed and step. */
export function sampleTopTwin(
  logits: Float32Array,
  _scratch: unknown,
  token: Uint32Array,
  shape: SampleShape,
): void {
  const { vocabulary, logitBegin = 0, temperature, topK, topP, seed, step, tokenIndex } = shape;
  const values = logits.subarray(logitBegin, logitBegin + vocabulary);
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
  const candidates = order.slice(0, topK === 0 ? SAMPLE_MAX_TOP_K : topK);
  const top = values[candidates[0]!]!;
  const weightOf = (id: number) => Math.exp((values[id]! - top) / temperature);
  const whole = (topK === 0 ? order : candidates).reduce((sum, id) => sum + weightOf(id), 0);
  let kept = 0;
  let keptSum = 0;
  while (kept < candidates.length && (kept === 0 || keptSum < topP * whole)) {
    keptSum += weightOf(candidates[kept]!);
    kept++;
  }
  const target = (mix((seed ^ mix(step)) >>> 0) >>> 8) * 2 ** -24 * keptSum;
  let chosen = 0;
  let running = weightOf(candidates[0]!);
  while (chosen + 1 < kept && running <= target) {
    chosen++;
    running += weightOf(candidates[chosen]!);
  }
  token[tokenIndex] = values.every(Number.isFinite) ? candidates[chosen]! : NO_TOKEN;
}

/** PCG output permutation of one u32. */
function mix(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}
