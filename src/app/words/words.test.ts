// What people read stands in the tables of words, whole in every language. Types prove that German has
// every entry of English; here it is that none was left as it was, and that no component says anything else.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { ALL_ENGLISH, ALL_GERMAN, wordEntries } from "./testing/word-entries.ts";

const LETTERS = /\p{L}{2,}/u;

test("German says everything in its own words", () => {
  const own = new Map(wordEntries(ALL_GERMAN));
  const source = wordEntries(ALL_ENGLISH).filter(([, said]) => LETTERS.test(said));
  expect(source.length).toBeGreaterThan(500);
  const same = source.filter(([path, said]) => own.get(path) === said).map(([, said]) => said);
  // The same word in both languages, names, units.
  expect([...new Set(same)].sort()).toEqual([
    "Adapter",
    "Deutsch",
    "English",
    "IndexedDB",
    "Name",
    "Prompt",
    "Revision",
    "Text",
    "«1» h «2» min",
    "«1» in «2»",
    "«1» min",
    "«1» · «2» · Inkspan",
  ]);
});

const ATTRIBUTES = /^(aria-label|aria-description|alt|title|placeholder|label|text|note|hint)$/;

/** Literal words that a component would show. */
function wordsOf(file: string): string[] {
  const found: string[] = [];
  const tell = (said: string) => {
    if (LETTERS.test(said) && !NAMES.has(said.trim())) found.push(`${file}: ${said.trim()}`);
  };
  const literals = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) tell(node.text);
    else if (ts.isTemplateExpression(node)) {
      tell(node.head.text);
      for (const span of node.templateSpans) tell(span.literal.text);
    } else if (ts.isConditionalExpression(node)) {
      literals(node.whenTrue);
      literals(node.whenFalse);
    } else if (ts.isBinaryExpression(node)) literals(node.right);
    else if (ts.isJsxExpression(node) && node.expression) literals(node.expression);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) tell(node.text);
    else if (ts.isJsxAttribute(node) && ATTRIBUTES.test(node.name.getText()) && node.initializer) {
      literals(node.initializer);
    } else if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent)) {
      literals(node.expression);
    }
    node.forEachChild(visit);
  };
  const source = readFileSync(file, "utf8");
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
  return found;
}

/** The same in every language. */
const NAMES = new Set(["Inkspan", "ENL-50", "SHA-256", "PNG", "https://", "main"]);

test("no component has words of its own", () => {
  const files = readdirSync("src/app", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".tsx"))
    .map((name) => join("src/app", name));
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap(wordsOf)).toEqual([]);
});
