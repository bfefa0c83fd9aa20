// A document of the sound profile: a passage of whole sentences, needles between sentences at the
// places nearest to their depths, and a length that holds with everything around it counted.
import type { Prose } from "./haystack.ts";
import { sentenceSeparator } from "./languages.ts";
import { lastAtMost } from "./sentences.ts";
import type { Language, ModelTokens, PlantedNeedle } from "./types.ts";

/** A passage with its tokens, encoded as far as one length needs it. */
export interface EncodedPassage {
  readonly text: string;
  readonly sentenceEnds: readonly number[];
  /** Tokens before each sentence end. */
  readonly tokensBefore: readonly number[];
  /** The passage has no more text. */
  readonly whole: boolean;
}

export interface Placement {
  /** Wanted place in per cent of the haystack's tokens. */
  readonly depth: number;
  readonly text: string;
}

export interface SoundDocument {
  readonly text: string;
  readonly needles: readonly PlantedNeedle[];
  readonly tokens: number;
}

/** Sentences of the passage until they hold at least `tokens`. */
export function encodePassage(
  passage: Prose,
  tokens: number,
  model: Pick<ModelTokens, "encode">,
): EncodedPassage {
  let characters = 4 * tokens + 1000;
  for (;;) {
    const last = passage.sentenceEnds.findIndex((end) => end >= characters);
    const whole = last < 0 || last === passage.sentenceEnds.length - 1;
    const ends = whole ? passage.sentenceEnds : passage.sentenceEnds.slice(0, last + 1);
    const text = passage.text.slice(0, ends.at(-1) ?? 0);
    const { starts } = model.encode(text);
    if (whole || starts.length >= tokens) {
      const tokensBefore = ends.map((end) => lastAtMost(starts, end - 1) + 1);
      return { text, sentenceEnds: ends, tokensBefore, whole };
    }
    characters *= 2;
  }
}

/** A passage that ends this much before the wanted length counts as too short. */
const SHORT_SHARE = 0.95;

/** At most `budget` tokens. `null`: the passage has not enough text, or nothing fits. */
export function soundDocument(
  passage: EncodedPassage,
  placements: readonly Placement[],
  budget: number,
  language: Language,
  model: Pick<ModelTokens, "encode">,
): SoundDocument | null {
  const { sentenceEnds, tokensBefore, whole } = passage;
  const needleTokens = placements.reduce((n, { text }) => n + model.encode(text).ids.length, 0);
  const hayBudget = budget - needleTokens;
  if (whole && (tokensBefore.at(-1) ?? 0) < SHORT_SHARE * hayBudget) return null;
  // Text around a needle may tokenise longer than its parts: sentences leave until the whole fits.
  for (let last = lastAtMost(tokensBefore, hayBudget); last >= 0; last--) {
    const document = assemble(passage, last, placements, language);
    const tokens = model.encode(document.text).ids.length;
    if (tokens <= budget) return { ...document, tokens };
    const excess = lastAtMost(tokensBefore, tokensBefore[last]! - (tokens - budget));
    last = Math.min(last, excess + 1);
  }
  return null;

  function assemble(
    { text }: EncodedPassage,
    last: number,
    wanted: readonly Placement[],
    writtenIn: Language,
  ): Omit<SoundDocument, "tokens"> {
    const total = tokensBefore[last]!;
    const ends = [0, ...sentenceEnds.slice(0, last + 1)];
    const counts = [0, ...tokensBefore.slice(0, last + 1)];
    let out = "";
    let position = 0;
    const needles: PlantedNeedle[] = [];
    for (const { depth, text: needle } of wanted) {
      const boundary = nearest(counts, (depth / 100) * total);
      const end = Math.max(position, ends[boundary]!);
      out += text.slice(position, end);
      position = end;
      // The white space of the place goes on after the needle: a paragraph stays a paragraph.
      const space = /\s+$/.exec(out)?.[0] ?? "";
      if (out !== "" && space === "") out += sentenceSeparator[writtenIn];
      const start = out.length;
      out += needle;
      needles.push({
        start,
        end: out.length,
        depth: total === 0 ? 0 : (100 * counts[boundary]!) / total,
        required: true,
      });
      out += space === "" ? sentenceSeparator[writtenIn] : space;
    }
    out += text.slice(position, ends.at(-1));
    return { text: out.trimEnd(), needles };
  }
}

/** Index of the ascending value nearest to `target`, the earlier of two. */
function nearest(values: readonly number[], target: number): number {
  const below = Math.max(0, lastAtMost(values, target));
  const above = Math.min(values.length - 1, below + 1);
  return target - values[below]! <= values[above]! - target ? below : above;
}

/** A chain of facts: the first at the label, the others evenly over what comes after it. */
export function chainDepths(label: number, facts: number): number[] {
  return Array.from({ length: facts }, (_, i) => label + ((100 - label) * i) / facts);
}
