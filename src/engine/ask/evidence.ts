// Evidence of an answer (docs/ltri.md §14): attention masses per layer and attended interval become
// exact character ranges of the source. Pure; what is attended and its mass come from the engine.

export interface AttendedInterval {
  /** First token, in tokens of the stream (system prompt included). */
  readonly start: number;
  readonly length: number;
  /** Squared attention probabilities, summed over tokens, heads and decode steps. */
  readonly mass: number;
}

export interface EvidenceSource {
  /** u32 [N]: UTF-16 offset of the first character of each document token. */
  readonly tokenStarts: Uint32Array;
  /** UTF-16 length of the source. */
  readonly textLength: number;
  /** Stream token of document token 0. */
  readonly firstToken: number;
}

export interface EvidenceOptions {
  readonly limit: number;
  /** A token of at least this share of the hottest one's heat always belongs to an interval. */
  readonly cut: number;
  /** Intervals that are at most this many tokens apart are one. */
  readonly mergeGap: number;
  /**
   * Strong is this multiple of the mean heat of the attended tokens; if no token is, there is no
   * evidence. Long spans have low heat per token, so strong tokens count whatever the peak is.
   */
  readonly leastPeak: number;
}

export interface HotRange {
  /** Half-open range of UTF-16 offsets of the source. */
  readonly start: number;
  readonly end: number;
  /** Half-open range of document tokens. */
  readonly firstToken: number;
  readonly endToken: number;
  /** Share of all heat, 0…1. */
  readonly strength: number;
}

const DEFAULTS: EvidenceOptions = { limit: 5, cut: 0.35, mergeGap: 4, leastPeak: 1.5 };

/** Strongest first; empty when nothing stands out. */
export function findEvidence(
  layers: readonly (readonly AttendedInterval[])[],
  source: EvidenceSource,
  options: Partial<EvidenceOptions> = {},
): HotRange[] {
  const { limit, cut, mergeGap, leastPeak } = { ...DEFAULTS, ...options };
  const heat = tokenHeat(layers, source);
  let peak = 0;
  let total = 0;
  let attended = 0;
  for (const value of heat) {
    peak = Math.max(peak, value);
    total += value;
    if (value > 0) attended++;
  }
  const strong = (leastPeak * total) / attended;
  if (total === 0 || peak < strong) return [];
  return hotRuns(heat, Math.min(peak * cut, strong), mergeGap)
    .map(([firstToken, endToken]) => {
      let sum = 0;
      for (let token = firstToken; token < endToken; token++) sum += heat[token] ?? 0;
      const { start, end } = characterRange(source, firstToken, endToken);
      return { start, end, firstToken, endToken, strength: sum / total };
    })
    .filter(({ start, end }) => end > start)
    .sort((a, b) => b.strength - a.strength || a.start - b.start)
    .slice(0, limit);
}

/**
 * f64 [N]: a span's mass spread evenly over its tokens. Layers are not normalised against each other:
 * mass is squared attention, so a layer that points at a passage counts, one that spreads does not.
 */
export function tokenHeat(
  layers: readonly (readonly AttendedInterval[])[],
  { tokenStarts, firstToken }: EvidenceSource,
): Float64Array {
  const heat = new Float64Array(tokenStarts.length);
  for (const intervals of layers) {
    for (const { start, length, mass } of intervals) {
      const share = mass / length;
      const from = Math.max(0, start - firstToken);
      const to = Math.min(heat.length, start + length - firstToken);
      for (let token = from; token < to; token++) heat[token] = (heat[token] ?? 0) + share;
    }
  }
  return heat;
}

/**
 * Characters of document tokens firstToken…endToken−1. A token that begins inside a character has
 * that character's start as its own, so the end is the next start that is really later: rounded up.
 */
export function characterRange(
  { tokenStarts, textLength }: EvidenceSource,
  firstToken: number,
  endToken: number,
): { start: number; end: number } {
  const start = tokenStarts[firstToken] ?? textLength;
  const last = tokenStarts[endToken - 1] ?? start;
  let next = endToken;
  while (next < tokenStarts.length && (tokenStarts[next] ?? 0) <= last) next++;
  return { start, end: tokenStarts[next] ?? textLength };
}

/** Half-open token runs with heat ≥ least, joined over short gaps. */
function hotRuns(heat: Float64Array, least: number, mergeGap: number): [number, number][] {
  const runs: [number, number][] = [];
  for (const [token, value] of heat.entries()) {
    if (value < least) continue;
    const previous = runs.at(-1);
    if (previous && token - previous[1] <= mergeGap) previous[1] = token + 1;
    else runs.push([token, token + 1]);
  }
  return runs;
}
