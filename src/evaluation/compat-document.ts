// A document of the compat profile: haystack tokens cut at H = max(0, length − buffer − Σ needle
// tokens), needles put in at token positions by upstream's rules, quirks included: nothing respects
// sentences or characters.
import type { Cl100k } from "./cl100k.ts";
import type { ShuffledRecords } from "./haystack.ts";
import type { PlannedItem, PlantedNeedle } from "./types.ts";

export interface CompatDocument {
  readonly text: string;
  readonly needles: readonly PlantedNeedle[];
  readonly cl100kTokens: number;
  /** The records ended before H. */
  readonly short: boolean;
}

export function compatDocument(
  item: PlannedItem & { readonly length: number },
  needles: readonly string[],
  depths: readonly number[],
  buffer: number,
  records: ShuffledRecords,
  cl100k: Cl100k,
): CompatDocument {
  const needleIds = needles.map((needle) => cl100k.encode(`\n${needle}\n`));
  const sizes = needleIds.map((ids) => ids.length);
  const wanted = Math.max(0, item.length - buffer - sum(sizes));
  const hay = records.tokens(item.repeat, wanted);
  const points =
    item.task === "m-rs"
      ? chainedPoints(hay.length, item.depth ?? 0, sizes)
      : spreadPoints(hay.length, item.depth === null ? depths : [item.depth], sizes);
  const cuts = haystackCuts(points, sizes, hay.length);

  let text = "";
  const planted: PlantedNeedle[] = [];
  // Pieces decode as the whole would: needles are whole characters, so a cut character breaks there.
  cuts.forEach((cut, i) => {
    text += cl100k.decode(hay.slice(cuts[i - 1] ?? 0, cut));
    const start = text.length + 1;
    text += `\n${needles[i]!}\n`;
    const depth = hay.length === 0 ? 0 : (100 * cut) / hay.length;
    planted.push({ start, end: text.length - 1, depth, required: true });
  });
  text += cl100k.decode(hay.slice(cuts.at(-1) ?? 0));
  return {
    text,
    needles: planted,
    cl100kTokens: hay.length + sum(sizes),
    short: hay.length < wanted,
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** One needle, or one at each depth: each point counts the needles before it. */
export function spreadPoints(
  hay: number,
  depths: readonly number[],
  sizes: readonly number[],
): number[] {
  let inserted = 0;
  return sizes.map((size, i) => {
    const point = Math.min(Math.trunc(hay * (depths[i]! / 100)) + inserted, hay + inserted);
    inserted += size;
    return point;
  });
}

/** Per cent of the haystack between two facts of a chain. */
const STEP = 10;

/**
 * A chain: each fact a tenth of the haystack after the end of the one before. Upstream counts the
 * earlier needles a second time while it inserts, so later facts drift; this is kept.
 */
export function chainedPoints(hay: number, depth: number, sizes: readonly number[]): number[] {
  const points: number[] = [];
  let before = 0;
  sizes.forEach((size, i) => {
    const point =
      i === 0
        ? Math.trunc(hay * (depth / 100))
        : Math.trunc(points[i - 1]! + sizes[i - 1]! + hay * (STEP / 100));
    points.push(Math.min(point, hay + before));
    before += size;
  });
  for (let i = 0; i < sizes.length; i++) {
    for (let j = i + 1; j < points.length; j++) points[j]! += sizes[i]!;
  }
  return points;
}

/** Positions in the growing document as positions in the haystack; past its end is its end. */
function haystackCuts(points: readonly number[], sizes: readonly number[], hay: number): number[] {
  let before = 0;
  return points.map((point, i) => {
    const cut = Math.min(point - before, hay);
    before += sizes[i]!;
    return cut;
  });
}
