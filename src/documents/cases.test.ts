// Files of the kinds that people have and readers stumble over: what a careful reader gets out of each
// stands in fixtures/cases.json.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { extract } from "./testing/extract.ts";

interface Case {
  readonly file: string;
  readonly kind: string;
  readonly contains: readonly string[];
  readonly lacks: readonly string[];
  readonly pattern?: readonly string[];
  readonly count?: Readonly<Record<string, number>>;
  /** A list inside the list names alternatives. */
  readonly sections?: readonly (string | readonly string[])[];
  readonly why: string;
}

const fixture = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url));
const cases = JSON.parse((await fixture("cases.json")).toString("utf8")) as readonly Case[];

test.each(cases)("$kind: $file – $why", async (one) => {
  const { text, sections } = await extract(one.file, new Uint8Array(await fixture(one.file)));
  for (const part of one.contains) expect(text).toContain(part);
  for (const part of one.lacks) expect(text).not.toContain(part);
  for (const pattern of one.pattern ?? []) expect(text).toMatch(new RegExp(pattern, "u"));
  for (const [part, count] of Object.entries(one.count ?? {})) {
    expect(text.split(part), part).toHaveLength(count + 1);
  }
  if (!one.sections) return;
  expect(sections).toHaveLength(one.sections.length);
  one.sections.forEach((wanted, i) => {
    const labels = typeof wanted === "string" ? [wanted] : wanted;
    expect(labels).toContain(sections[i]!.label);
  });
});
