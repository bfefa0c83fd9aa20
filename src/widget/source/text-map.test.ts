import { expect, test } from "vitest";
import { type PageText, TextMapBuilder } from "./text-map.ts";

const node = (data: string): PageText => ({ data });

/** What the stretches cover on the page. */
const shown = (stretches: readonly { node: PageText; start: number; end: number }[] | undefined) =>
  stretches?.map(({ node: { data }, start, end }) => data.slice(start, end));

test("white space is folded, paragraphs stand apart, and every stretch leads back", () => {
  const builder = new TextMapBuilder<PageText>();
  builder.breakBefore("paragraph");
  const nodes = [
    node("\n   The   old\n captain "),
    node("walked"),
    node(" on.  "),
    node("  \n"),
    node("Then he slept."),
  ];
  builder.add(nodes[0]!, false);
  builder.add(nodes[1]!, false);
  builder.add(nodes[2]!, false);
  builder.breakBefore("line");
  builder.breakBefore("paragraph");
  builder.breakBefore("line");
  builder.add(nodes[3]!, false);
  builder.add(nodes[4]!, false);
  const map = builder.finish();
  expect(map.text).toBe("The old captain walked on.\n\nThen he slept.");
  const words = [...map.text.matchAll(/\S+/g)];
  for (const { 0: word, index } of words) {
    expect(shown(map.find(index, index + word.length))?.join("")).toBe(word);
  }
  expect(shown(map.find(4, 25))).toEqual(
    ["old\n captain", "walked", " on"].map((s) => s.trimStart()),
  );
  expect(map.find(26, 28), "a break has no place on the page").toBeUndefined();
});

test("preformatted text is kept as it is", () => {
  const builder = new TextMapBuilder<PageText>();
  const code = node("if (a)\n    b();\n");
  builder.add(node("Code:"), false);
  builder.breakBefore("paragraph");
  builder.add(code, true);
  const map = builder.finish();
  expect(map.text).toBe("Code:\n\nif (a)\n    b();\n");
  expect(shown(map.find(7, 22))).toEqual(["if (a)\n    b();"]);
});

test("a text begins with a word, also when the page begins with preformatted white space", () => {
  const builder = new TextMapBuilder<PageText>();
  builder.add(node("\n\n  first\n"), true);
  const map = builder.finish();
  expect(map.text).toBe("first\n");
  expect(shown(map.find(0, 5))).toEqual(["first"]);
});

test("a page that changed its text is noticed", () => {
  const builder = new TextMapBuilder<PageText>();
  const changing = { data: "The price is 12 coins." };
  builder.add(changing, false);
  builder.breakBefore("paragraph");
  builder.add(node("It stays."), false);
  const map = builder.finish();
  expect(shown(map.find(0, 9))).toEqual(["The price"]);
  changing.data = "The price is 13 coins.";
  expect(map.find(0, 9)).toBeUndefined();
  expect(shown(map.find(24, 32))).toEqual(["It stays"]);
});

test("words in a thousand nodes are found as on the page", () => {
  const builder = new TextMapBuilder<PageText>();
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  const nodes = Array.from({ length: 1000 }, (_, i) =>
    node(`${" ".repeat(random(3))}w${i}${["\n", "  ", ""][random(3)]}x${" ".repeat(random(2))}`),
  );
  for (const one of nodes) {
    if (random(4) === 0) builder.breakBefore(random(2) === 0 ? "line" : "paragraph");
    builder.add(one, random(5) === 0);
  }
  const map = builder.finish();
  for (let i = 0; i < 500; i++) {
    const start = random(map.text.length);
    const end = Math.min(map.text.length, start + 1 + random(60));
    const bare = (text: string) => text.replaceAll(/\s+/g, "");
    const wanted = bare(map.text.slice(start, end));
    expect(bare(shown(map.find(start, end))?.join("") ?? "")).toBe(wanted);
  }
});
