import { describe, expect, test } from "vitest";
import { SafeCuts } from "./cuts.ts";
import { Merger, PairTable } from "./merge.ts";
import { BpeModel, SpmModel } from "./piece-models.ts";

const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};

/** The definition: the best pair of all is merged, the leftmost of equals, until there is none. */
function naive(symbols: string[], cost: (left: string, right: string) => number): string[] {
  const result = [...symbols];
  for (;;) {
    let best = -1;
    let least = Infinity;
    for (let i = 0; i + 1 < result.length; i++) {
      const value = cost(result[i]!, result[i + 1]!);
      if (value < least) {
        least = value;
        best = i;
      }
    }
    if (best < 0) return result;
    result.splice(best, 2, result[best]! + result[best + 1]!);
  }
}

function randomMerges(next: () => number): [string, string][] {
  const tokens = ["a", "b", "c", "d"];
  const merges = new Map<string, [string, string]>();
  for (let i = 0; i < 40; i++) {
    const left = tokens[Math.floor(next() * tokens.length)]!;
    const right = tokens[Math.floor(next() * tokens.length)]!;
    if (left.length + right.length > 8) continue;
    merges.set(`${left} ${right}`, [left, right]);
    tokens.push(left + right);
  }
  return [...merges.values()];
}

describe("merging", () => {
  test("BPE equals its definition on random vocabularies and texts", () => {
    const next = random(11);
    for (let round = 0; round < 30; round++) {
      const merges = randomMerges(next);
      const texts = ["a", "b", "c", "d", ...new Set(merges.map(([l, r]) => l + r))];
      const tokens = new Map(texts.map((text, id) => [text, id]));
      const model = new BpeModel({
        tokens,
        vocabSize: texts.length,
        merges,
        isByteLevel: true,
        ignoresMerges: false,
        unknownId: null,
        fallsBackToBytes: false,
      });
      const ranks = new Map(merges.map(([l, r], rank) => [`${l} ${r}`, rank]));
      for (const length of [1, 2, 7, 40, 300]) {
        const piece = Array.from({ length }, () => "abcd"[Math.floor(next() * 4)]).join("");
        const expected = naive(Array.from(piece), (l, r) => ranks.get(`${l} ${r}`) ?? Infinity);
        expect(model.encode(piece).map((id) => texts[id])).toEqual(expected);
      }
    }
  });

  test("SentencePiece-style BPE equals its definition, and safe cuts change nothing", () => {
    const next = random(5);
    for (let round = 0; round < 30; round++) {
      const texts = [
        "a",
        "b",
        "c",
        "<0x64>",
        ...new Set(randomMerges(next).map(([l, r]) => l + r)),
      ];
      // Few distinct scores: ties are decided by position.
      const scores = texts.map(() => -Math.floor(next() * 4));
      const tokens = new Map(texts.map((text, id) => [text, id]));
      const model = new SpmModel({ tokens, texts, scores, unknownId: null });
      const cuts = new SafeCuts(texts);
      for (const length of [1, 2, 9, 120]) {
        const piece = Array.from({ length }, () => "abcd"[Math.floor(next() * 4)]).join("");
        const cost = (l: string, r: string): number => {
          const id = tokens.get(l + r);
          return id === undefined ? Infinity : -scores[id]!;
        };
        const expected = naive(Array.from(piece), cost).map((text) =>
          text === "d" ? "<0x64>" : text,
        );
        const whole = model.encode(piece);
        expect(whole.map((id) => texts[id])).toEqual(expected);
        const inPieces: number[] = [];
        cuts.forEachPiece(piece, (part) => inPieces.push(...model.encode(part)));
        expect(inPieces).toEqual(whole);
      }
    }
  });

  test("a piece of a million symbols is merged without trouble", () => {
    const pairs = new PairTable(3);
    pairs.add(0, 0, 0);
    pairs.add(1, 1, 1);
    pairs.add(1, 1, 2);
    const results = [1, 2];
    const symbols = new Int32Array(1_000_000);
    const kept = new Merger().run(symbols, symbols.length, {
      find: (left, right) => pairs.find(left, right),
      cost: (merge) => merge,
      result: (merge) => results[merge]!,
    });
    expect(kept).toBe(250_000);
    expect(symbols.subarray(0, kept).every((symbol) => symbol === 2)).toBe(true);
  }, 30_000);
});
