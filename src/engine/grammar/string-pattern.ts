// The regular expression of a schema's `pattern` as the strings that it matches, written as JSON. As in JSON
// Schema it may match anywhere in the string unless `^` and `$` hold it. Not supported: what looks around or
// back, and Unicode properties.
import { type AST, RegExpParser } from "@eslint-community/regexpp";
import {
  type CharacterRange,
  choice,
  type Expression,
  others,
  refused,
  repeat,
  sequence,
} from "./expression.ts";
import { STRING_CHARACTER, stringCharacter } from "./json-text.ts";

const DIGITS: readonly CharacterRange[] = [[0x30, 0x39]];
const WORD: readonly CharacterRange[] = [...DIGITS, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
// ECMAScript, WhiteSpace and LineTerminator.
const BLANKS: readonly CharacterRange[] = [
  ...[0x20, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff].map(single),
  [0x09, 0x0d],
  [0x2000, 0x200a],
];
const LINE_ENDS: readonly CharacterRange[] = [0x0a, 0x0d, 0x2028, 0x2029].map(single);

function single(codePoint: number): CharacterRange {
  return [codePoint, codePoint];
}

/** What stands between the quotes. Throws `invalid-argument`. */
export function stringPattern(source: string): Expression {
  const unsupported = (what: string) =>
    refused(`The pattern ${JSON.stringify(source)} has ${what}, which is not supported.`);

  function rangesOf(
    element: AST.CharacterClassElement | AST.CharacterSet | AST.Character,
  ): readonly CharacterRange[] {
    if (element.type === "Character") return [single(element.value)];
    if (element.type === "CharacterClassRange") return [[element.min.value, element.max.value]];
    if (element.type !== "CharacterSet") throw unsupported("a set of strings");
    if (element.kind === "any") return others(LINE_ENDS);
    if (element.kind === "property") throw unsupported("a Unicode property");
    const ranges = { digit: DIGITS, word: WORD, space: BLANKS }[element.kind];
    return element.negate ? others(ranges) : ranges;
  }

  function element(node: AST.Element): Expression {
    switch (node.type) {
      case "Character":
      case "CharacterSet":
        return stringCharacter(rangesOf(node));
      case "CharacterClass": {
        const ranges = node.elements.flatMap((one) => rangesOf(one as AST.CharacterClassElement));
        return stringCharacter(node.negate ? others(ranges) : ranges);
      }
      case "Group":
      case "CapturingGroup":
        if (node.type === "Group" && node.modifiers) throw unsupported("a group with other flags");
        return choice(...node.alternatives.map((one) => sequence(...one.elements.map(element))));
      case "Quantifier":
        return repeat(element(node.element), node.min, node.max);
      case "Assertion":
        throw unsupported("a condition inside");
      default:
        throw unsupported("a reference back");
    }
  }

  const isEdge = (node: AST.Element | undefined, kind: "start" | "end") =>
    node?.type === "Assertion" && node.kind === kind;

  return choice(
    ...parse(source).alternatives.map(({ elements }) => {
      const isHeld = isEdge(elements[0], "start");
      const isClosed = elements.length > (isHeld ? 1 : 0) && isEdge(elements.at(-1), "end");
      const inner = elements.slice(isHeld ? 1 : 0, isClosed ? -1 : undefined).map(element);
      const anything = repeat(STRING_CHARACTER, 0);
      return sequence(...(isHeld ? [] : [anything]), ...inner, ...(isClosed ? [] : [anything]));
    }),
  );
}

function parse(source: string): AST.Pattern {
  try {
    return new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, 0, source.length, {
      unicode: true,
      unicodeSets: false,
    });
  } catch (error) {
    throw refused(
      `The pattern ${JSON.stringify(source)} is no regular expression: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
