// Added tokens of tokenizer.json. Expected pieces follow the tokenizers library (added_vocabulary.rs).
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createTokenizer } from "./tokenizer.ts";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8"));

interface Added {
  readonly content: string;
  readonly special?: boolean;
  readonly single_word?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  readonly normalized?: boolean;
}

const base = read("added-tokens.tokenizer.json") as {
  added_tokens: object[];
  pre_tokenizer: unknown;
  model: { vocab: Record<string, number> };
};

/** The tokenizer of the fixture, whose own pieces are single bytes of digits, with other added tokens. */
async function pieces(
  text: string,
  added: readonly Added[] | undefined,
  normalizer: unknown = null,
  special = false,
  pre_tokenizer: unknown = base.pre_tokenizer,
) {
  const json = added
    ? {
        ...base,
        normalizer,
        pre_tokenizer,
        added_tokens: added.map((token, i) => ({
          id: 600 + i,
          ...{ special: false, single_word: false, lstrip: false, rstrip: false },
          normalized: false,
          ...token,
        })),
      }
    : base;
  const tokenizer = await createTokenizer({
    kind: "json",
    json,
    config: {},
    bosId: null,
    eosId: null,
    eogIds: [],
    addsBos: false,
    vocabSize: 700,
  });
  const { ids, starts } = tokenizer.encodeWithOffsets(text, { special });
  const decoder = new TextDecoder();
  return {
    pieces: Array.from(ids, (id) => decoder.decode(tokenizer.pieceBytes(id))),
    added: Array.from(ids)
      .filter((id) => id >= 600)
      .map((id) => decoder.decode(tokenizer.pieceBytes(id))),
    starts: Array.from(starts),
    text: tokenizer.decode(ids, { special: true }),
  };
}

test("the handed cases", async () => {
  const cases = (
    read("field-templates.json") as { kind: string; text: string; expected: string[] }[]
  ).filter(({ kind }) => kind === "added-token");
  expect(cases.length).toBeGreaterThan(0);
  for (const { text, expected } of cases) {
    expect((await pieces(text, undefined)).pieces).toEqual(expected);
  }
});

describe("of tokens that overlap", () => {
  const overlapping: [string, Added[], string[]][] = [
    ["1234", [{ content: "12" }, { content: "234" }], ["12", "3", "4"]],
    ["1234", [{ content: "1" }, { content: "123" }, { content: "12" }], ["123", "4"]],
    ["11112", [{ content: "11" }, { content: "112" }], ["11", "112"]],
    ["12345", [{ content: "234" }, { content: "12" }, { content: "45" }], ["12", "3", "45"]],
    ["9123", [{ content: "23" }, { content: "12" }, { content: "3" }], ["9", "12", "3"]],
    ["💡💡1", [{ content: "💡1" }, { content: "💡💡" }], ["💡💡", "1"]],
  ];
  for (const [text, added, expected] of overlapping) {
    test(`${text} is ${expected.join(" · ")}`, async () => {
      expect((await pieces(text, added)).pieces).toEqual(expected);
    });
  }
});

describe("single words", () => {
  const cases: [string, number][] = [
    ["12", 1],
    ["a12", 0],
    ["12b", 0],
    ["_12", 0],
    [" 12.", 1],
    ["é12", 0],
    ["12é", 0],
    ["𝒜12", 0], // a letter outside the first plane
    ["12-12", 2],
    ["1212", 0],
  ];
  for (const [text, count] of cases) {
    test(`«${text}» holds ${count}`, async () => {
      const found = await pieces(text, [{ content: "12", single_word: true }]);
      expect(found.added).toHaveLength(count);
      expect(found.text).toBe(text);
    });
  }

  test("a refused match takes its characters with it", async () => {
    const added = [{ content: "123", single_word: true }, { content: "23" }];
    expect((await pieces("1234", added)).added).toEqual([]);
  });
});

describe("white space beside a token", () => {
  test("to the left", async () => {
    const { pieces: found, starts } = await pieces("7 \u0085\t12 8", [
      { content: "12", lstrip: true },
    ]);
    expect(found).toEqual(["7", "12", " ", "8"]);
    expect(starts).toEqual([0, 1, 6, 7]);
  });
  test("to the right", async () => {
    const { pieces: found, starts } = await pieces("7 12 \n 8", [{ content: "12", rstrip: true }]);
    expect(found).toEqual(["7", " ", "12", "8"]);
    expect(starts).toEqual([0, 1, 2, 7]);
  });
  test("between two that both want it goes to the first", async () => {
    const added = [{ content: "12", lstrip: true, rstrip: true }];
    expect((await pieces("12  12", added)).pieces).toEqual(["12", "12"]);
  });
  test("is found again by tokens that begin in it", async () => {
    const added = [{ content: "12", rstrip: true }, { content: "\n" }];
    const found = await pieces("12\n\n7\n", added);
    expect(found.pieces).toEqual(["12", "\n", "\n", "7", "\n"]);
    expect(found.starts).toEqual([0, 2, 3, 4, 5]);
    const the = [{ content: "12", rstrip: true }, { content: " the " }];
    expect((await pieces("12 the 7", the)).pieces).toEqual(["12", " the ", "7"]);
  });
});

describe("normalised tokens", () => {
  const lower = { type: "Lowercase" };
  test("are found in the normalised text", async () => {
    const added = [{ content: "AB", normalized: true }];
    expect((await pieces("7Ab9aB", added, lower)).pieces).toEqual(["7", "AB", "9", "AB"]);
  });
  test("others only as they are written", async () => {
    const added = [{ content: "AB" }];
    expect((await pieces("7Ab9AB", added, lower)).added).toEqual(["AB"]);
  });
  test("come after those that are not", async () => {
    const added = [{ content: "1234", normalized: true }, { content: "23" }];
    expect((await pieces("1234", added, lower)).pieces).toEqual(["1", "23", "4"]);
  });
  test("offsets are those of the text before, where its length changes", async () => {
    const nfc = { type: "NFC" };
    const added = [{ content: "12", normalized: true }];
    const text = "e\u0301e\u030112é";
    const found = await pieces(text, added, nfc);
    expect(found.added).toEqual(["12"]);
    expect(found.starts[found.pieces.indexOf("12")]).toBe(4);
  });
  test("stand before text that gets a prefix, where the pre-tokenizer puts it", async () => {
    const added = [{ content: "12", normalized: true }];
    const prefixed = { type: "ByteLevel", add_prefix_space: true, use_regex: true };
    expect((await pieces("7129", added, null, false, prefixed)).pieces).toEqual([
      " ",
      "7",
      "12",
      " ",
      "9",
    ]);
    const prepend = { type: "Prepend", prepend: "▁" };
    expect((await pieces("7▁129", added, prepend)).pieces.join("|")).toMatch(/\|12\|9$/);
  });
  test("are the default for tokens that are no control tokens", async () => {
    const json = {
      ...base,
      normalizer: lower,
      added_tokens: [{ id: 600, content: "AB", special: false }],
    };
    const tokenizer = await createTokenizer({
      kind: "json",
      json,
      config: {},
      bosId: null,
      eosId: null,
      eogIds: [],
      addsBos: false,
      vocabSize: 700,
    });
    expect([...tokenizer.encode("ab")]).toEqual([600]);
  });
});

test("control tokens are found in trusted text only, and hide nothing in other text", async () => {
  const added = [{ content: "<12>", special: true }, { content: "12" }];
  expect((await pieces("<12>", added, null, true)).pieces).toEqual(["<12>"]);
  expect((await pieces("<12>", added)).pieces).toEqual(["<", "12", ">"]);
});

describe("hostile lists", () => {
  const open = (added: unknown) =>
    createTokenizer({
      kind: "json",
      json: { ...base, added_tokens: added },
      ...{ config: {}, bosId: null, eosId: null, eogIds: [], addsBos: false, vocabSize: 700 },
    });
  const refused = expect.objectContaining({ code: "format-invalid" }) as unknown;
  test("millions of entries that are no tokens are one finding", async () => {
    let looked = 0;
    const bad = {
      get id() {
        looked++;
        return "x";
      },
      content: "",
    };
    await expect(open(new Array(200_000).fill(bad))).rejects.toEqual(refused);
    expect(looked).toBe(1);
    await expect(open(new Array(4_000_000).fill(bad))).rejects.toEqual(refused);
    expect(looked).toBe(1);
  });
  test("tokens longer than any are refused", async () => {
    await expect(open([{ id: 600, content: "1".repeat(5000), special: false }])).rejects.toEqual(
      refused,
    );
  });
});
