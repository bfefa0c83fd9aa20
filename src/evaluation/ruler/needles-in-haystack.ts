// RULER's eight needle tasks: numbers or UUIDs behind keys, in filler, in text, or among needles that
// nobody asks for.
import type { Haystack } from "../haystack.ts";
import type { Pcg32 } from "../pcg32.ts";
import { sentenceEnds } from "../sentences.ts";
import type { RulerTask } from "../types.ts";
import { references, type RulerGenerator, type RulerPrompt } from "./ruler-prompt.ts";
import { FILLER, KEY_WORDS } from "./words.ts";

interface Layout {
  readonly haystack: "filler" | "text" | "needles";
  readonly keys: "word" | "uuid";
  readonly values: "number" | "uuid";
  /** Keys planted, values per key, keys asked for. */
  readonly counts: readonly [keys: number, values: number, asked: number];
}

const layout = (
  haystack: Layout["haystack"],
  keys: Layout["keys"],
  values: Layout["values"],
  counts: Layout["counts"] = [1, 1, 1],
): Layout => ({ haystack, keys, values, counts });

const LAYOUTS: Readonly<Partial<Record<RulerTask, Layout>>> = {
  niah_single_1: layout("filler", "word", "number"),
  niah_single_2: layout("text", "word", "number"),
  niah_single_3: layout("text", "word", "uuid"),
  niah_multikey_1: layout("text", "word", "number", [4, 1, 1]),
  niah_multikey_2: layout("needles", "word", "number"),
  niah_multikey_3: layout("needles", "uuid", "uuid"),
  niah_multivalue: layout("text", "word", "number", [1, 4, 1]),
  niah_multiquery: layout("text", "word", "number", [4, 1, 4]),
};

/** Upstream's depths: 40 points of 0…100, rounded. */
const DEPTHS = Array.from({ length: 40 }, (_, i) => Math.round((100 * i) / 39));

/** `null`: the task is none of the needle tasks. */
export function needlesInHaystack(
  task: RulerTask,
  haystacks: readonly Haystack[],
): RulerGenerator | null {
  const chosen = LAYOUTS[task];
  if (!chosen) return null;
  if (chosen.haystack !== "text") {
    return {
      floor: 5,
      ceiling: 1_000_000,
      build: (size, random) => amongLines(chosen, size, random),
    };
  }
  const text = haystacks.flatMap(({ records }) => records).join("\n\n");
  const ends = sentenceEnds(text, "en");
  return {
    floor: 5,
    ceiling: ends.length,
    build: (size, random) => inText(chosen, text, ends.slice(0, size), random),
  };
}

interface Planted {
  readonly key: string;
  readonly value: string;
  readonly text: string;
}

const KIND = { number: "number", uuid: "code" } as const;

function plant(kind: Layout, key: string, value: string): Planted {
  return { key, value, text: `The secret ${KIND[kind.values]} of ${key} is ${value}.` };
}

function drawNeedles(kind: Layout, random: Pcg32): { keys: string[]; needles: Planted[] } {
  const [keyCount, valueCount] = kind.counts;
  const keys = draws(keyCount, () => drawKey(kind, random));
  const needles = keys.flatMap((key) =>
    draws(valueCount, () => drawValue(kind, random)).map((value) => plant(kind, key, value)),
  );
  return { keys, needles };
}

/** Different values: a repeated one would make a needle's answer that of another. */
function draws(count: number, draw: () => string): string[] {
  const values = new Set<string>();
  while (values.size < count) values.add(draw());
  return [...values];
}

const drawKey = (kind: Layout, random: Pcg32): string =>
  kind.keys === "uuid" ? uuid(random) : random.choice(KEY_WORDS);

const drawValue = (kind: Layout, random: Pcg32): string =>
  kind.values === "uuid" ? uuid(random) : String(1_000_000 + random.below(9_000_000));

function uuid(random: Pcg32): string {
  const bytes = Array.from({ length: 16 }, () => random.below(256));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [0, 8, 12, 16, 20].map((at, i) => hex.slice(at, [8, 12, 16, 20, 32][i])).join("-");
}

function inText(kind: Layout, text: string, ends: readonly number[], random: Pcg32): RulerPrompt {
  const { keys, needles } = drawNeedles(kind, random);
  random.shuffle(needles);
  const depths = random.sample(DEPTHS, needles.length).sort((a, b) => a - b);
  const cuts = depths.map((depth) => {
    const boundary = Math.trunc((ends.length * depth) / 100);
    return boundary === 0 ? 0 : ends[boundary - 1]!;
  });
  const pieces: (string | Planted)[] = [];
  needles.forEach((needle, i) => pieces.push(text.slice(cuts[i - 1] ?? 0, cuts[i]), needle, " "));
  pieces.push(text.slice(cuts.at(-1) ?? 0, ends.at(-1)));
  return prompt(kind, keys, pieces, random);
}

/** Lines of filler, or of needles that nobody asks for. */
function amongLines(kind: Layout, size: number, random: Pcg32): RulerPrompt {
  const { keys, needles } = drawNeedles(kind, random);
  const lines: (string | Planted)[] = [];
  const taken = new Set(keys);
  const line = () => {
    if (kind.haystack === "filler") return FILLER;
    const [key] = draws(1, () => {
      let drawn = drawKey(kind, random);
      // With every key word in use, a number makes a new one.
      if (taken.has(drawn) && taken.size >= KEY_WORDS.length) drawn += `-${taken.size}`;
      return drawn;
    });
    return plant(kind, key!, drawValue(kind, random));
  };
  while (lines.length < size) {
    const next = line();
    if (typeof next !== "string") {
      if (taken.has(next.key)) continue;
      taken.add(next.key);
    }
    lines.push(next);
  }
  const places = random.sample(
    Array.from({ length: size }, (_, i) => i),
    Math.min(size, needles.length),
  );
  places.sort((a, b) => b - a);
  places.forEach((place, i) => lines.splice(place, 0, needles[i]!));
  const pieces = lines.flatMap((piece) => [piece, "\n"]);
  return prompt(kind, keys, pieces, random);
}

function prompt(
  kind: Layout,
  keys: readonly string[],
  pieces: readonly (string | Planted)[],
  random: Pcg32,
): RulerPrompt {
  const asked = random.sample(keys, kind.counts[2]);
  let document = "";
  const needles: { start: number; end: number; required: boolean }[] = [];
  const gold = new Map<string, string[]>(asked.map((key) => [key, []]));
  const own = new Set(keys);
  for (const piece of pieces) {
    if (typeof piece === "string") {
      document += piece;
      continue;
    }
    const start = document.length;
    document += piece.text;
    if (!own.has(piece.key)) continue;
    const required = gold.has(piece.key);
    gold.get(piece.key)?.push(piece.value);
    needles.push({ start, end: document.length, required });
  }
  const answers = asked.flatMap((key) => gold.get(key)!);
  const noun = KIND[kind.values];
  const list =
    asked.length < 2 ? asked[0]! : `${asked.slice(0, -1).join(", ")} and ${asked.at(-1)!}`;
  const many = answers.length > 1;
  return {
    document: document.trimEnd(),
    question: many
      ? `What are all the secret ${noun}s of ${list} that the document mentions?`
      : `What is the secret ${noun} of ${list} that the document mentions?`,
    answerStart: many
      ? `The secret ${noun}s of ${list} that the document mentions are`
      : `The secret ${noun} of ${list} that the document mentions is`,
    gold: answers,
    rule: references(answers, "all"),
    needles,
  };
}
