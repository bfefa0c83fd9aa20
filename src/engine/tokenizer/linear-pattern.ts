// Regular expressions of model files, matched in time proportional to the length of the text. The
// browser's own engine takes exponential time for some expressions; this one finds the same matches
// (leftmost, first alternative first) and visits every pair of a choice and a place once.
// Source: selective memoization (Davis, Servant, Lee 2021), bit-state search (Cox 2010).
// Not supported: backreferences, lookbehind over more than one character. Where a repeated part matches
// nothing, the repetition ends, as in the engine of the tokenizers library.
import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { EngineError } from "../errors.ts";

/** Instructions after repetitions have been written out. */
const PROGRAM_LIMIT = 4096;
/** Distinct sets of characters; each may remember 64 KiB. */
const SETS_LIMIT = 256;

type Step =
  | { readonly op: "character"; readonly set: CharacterTest }
  /** Tries `first`, then `second`. `memo` numbers the choices. */
  | { readonly op: "choice"; first: number; second: number; readonly memo: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "look"; readonly start: number; after: number; readonly negate: boolean }
  | {
      readonly op: "behind";
      readonly sets: readonly CharacterTest[];
      readonly atStart: boolean;
      readonly negate: boolean;
    }
  | { readonly op: "edge"; readonly isStart: boolean }
  | { readonly op: "boundary"; readonly negate: boolean }
  | { readonly op: "match" };

type CharacterTest = (codePoint: number) => boolean;

interface Match {
  readonly start: number;
  readonly end: number;
}

export class LinearPattern {
  readonly #program: Step[] = [];
  readonly #tests = new Map<string, CharacterTest>();
  #choices = 0;
  /** Instructions executed so far. */
  steps = 0;

  /** Throws `format-unsupported` for what is not supported. `expression` has the flag u, no others but g. */
  constructor(expression: RegExp) {
    const { source } = expression;
    const parser = new RegExpParser({ ecmaVersion: 2025 });
    const pattern = parser.parsePattern(source, 0, source.length, {
      unicode: true,
      unicodeSets: false,
    });
    this.#alternatives(pattern.alternatives);
    this.#push({ op: "match" });
  }

  /** All matches from left to right, empty ones too. */
  *matches(text: string): Generator<Match, void, void> {
    const search = new Search(this.#program, this.#choices, text, (steps) => (this.steps += steps));
    for (let at = 0; at <= text.length;) {
      const match = search.from(at);
      if (!match) return;
      yield match;
      at = match.end > match.start ? match.end : match.end + widthAt(text, match.end);
    }
  }

  #push(step: Step): number {
    if (this.#program.length >= PROGRAM_LIMIT) throw unsupported("is too large");
    return this.#program.push(step) - 1;
  }

  #choice(): number {
    return this.#push({ op: "choice", first: -1, second: -1, memo: this.#choices++ });
  }

  #aim(at: number, first: number, second: number): void {
    const step = this.#program[at]!;
    if (step.op === "choice") Object.assign(step, { first, second });
    else if (step.op === "jump") step.to = first;
    else if (step.op === "look") step.after = first;
  }

  get #here(): number {
    return this.#program.length;
  }

  #alternatives(alternatives: readonly AST.Alternative[]): void {
    const exits: number[] = [];
    alternatives.forEach(({ elements }, index) => {
      if (index === alternatives.length - 1) {
        for (const element of elements) this.#element(element);
        return;
      }
      const choice = this.#choice();
      const start = this.#here;
      for (const element of elements) this.#element(element);
      exits.push(this.#push({ op: "jump", to: -1 }));
      this.#aim(choice, start, this.#here);
    });
    for (const exit of exits) this.#aim(exit, this.#here, -1);
  }

  #element(element: AST.Element): void {
    switch (element.type) {
      case "Group":
      case "CapturingGroup":
        if (element.type === "Group" && element.modifiers) throw unsupported("changes its flags");
        this.#alternatives(element.alternatives);
        break;
      case "Quantifier":
        this.#quantifier(element);
        break;
      case "Assertion":
        this.#assertion(element);
        break;
      case "Character":
      case "CharacterSet":
      case "CharacterClass":
        this.#push({ op: "character", set: this.#test(element.raw) });
        break;
      default:
        throw unsupported("refers back to a group");
    }
  }

  #quantifier({ element, min, max, greedy }: AST.Quantifier): void {
    for (let i = 0; i < min; i++) {
      const before = this.#here;
      this.#element(element);
      if (this.#here === before) break; // nothing, however often
    }
    const aim = (choice: number, body: number, after: number): void => {
      if (greedy) this.#aim(choice, body, after);
      else this.#aim(choice, after, body);
    };
    if (max === Number.POSITIVE_INFINITY) {
      const loop = this.#choice();
      const body = this.#here;
      this.#element(element);
      this.#aim(this.#push({ op: "jump", to: -1 }), loop, -1);
      aim(loop, body, this.#here);
      return;
    }
    const choices: [number, number][] = [];
    for (let i = min; i < max; i++) {
      const choice = this.#choice();
      choices.push([choice, this.#here]);
      this.#element(element);
    }
    for (const [choice, body] of choices) aim(choice, body, this.#here);
  }

  #assertion(assertion: AST.Assertion): void {
    switch (assertion.kind) {
      case "start":
      case "end":
        this.#push({ op: "edge", isStart: assertion.kind === "start" });
        break;
      case "word":
        this.#push({ op: "boundary", negate: assertion.negate });
        break;
      case "lookahead": {
        const look = this.#push({
          op: "look",
          start: this.#here + 1,
          after: -1,
          negate: assertion.negate,
        });
        this.#alternatives(assertion.alternatives);
        this.#push({ op: "match" });
        this.#aim(look, this.#here, -1);
        break;
      }
      case "lookbehind": {
        const sets: CharacterTest[] = [];
        let atStart = false;
        for (const { elements } of flatAlternatives(assertion.alternatives)) {
          const [only, ...more] = elements;
          if (only?.type === "Assertion" && only.kind === "start" && more.length === 0)
            atStart = true;
          else if (only && more.length === 0 && isCharacter(only)) sets.push(this.#test(only.raw));
          else throw unsupported("looks back over more than one character");
        }
        this.#push({ op: "behind", sets, atStart, negate: assertion.negate });
      }
    }
  }

  #test(raw: string): CharacterTest {
    let test = this.#tests.get(raw);
    if (!test) {
      if (this.#tests.size >= SETS_LIMIT) throw unsupported("is too large");
      this.#tests.set(raw, (test = characterTest(new RegExp(`^${raw}$`, "u"))));
    }
    return test;
  }
}

const isCharacter = (element: AST.Element): boolean =>
  element.type === "Character" ||
  element.type === "CharacterSet" ||
  element.type === "CharacterClass";

function flatAlternatives(alternatives: readonly AST.Alternative[]): AST.Alternative[] {
  return alternatives.flatMap((alternative) => {
    const [only, ...more] = alternative.elements;
    const isGroup =
      more.length === 0 && (only?.type === "Group" || only?.type === "CapturingGroup");
    return isGroup ? flatAlternatives(only.alternatives) : [alternative];
  });
}

/** The browser decides once for each character; what it said is kept. */
function characterTest(one: RegExp): CharacterTest {
  const known = new Uint8Array(65_536); // 0: not asked yet, 1: no, 2: yes
  const ask = (codePoint: number): boolean => one.test(String.fromCodePoint(codePoint));
  return (codePoint) => {
    if (codePoint >= 65_536) return ask(codePoint);
    if (known[codePoint] === 0) known[codePoint] = ask(codePoint) ? 2 : 1;
    return known[codePoint] === 2;
  };
}

const widthAt = (text: string, at: number): number =>
  (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;

function codePointBefore(text: string, at: number): number {
  const pair = at >= 2 ? text.codePointAt(at - 2)! : 0;
  return pair > 0xffff ? pair : text.charCodeAt(at - 1);
}

const PAGE = 1024;
const UNKNOWN = 0;
const FAILS = 1;
const MATCHES = 2;

/** What is known about a choice at a place: nothing, no match from here, or a match (lookaheads). */
class Memory {
  readonly #pages = new Map<number, Uint8Array>();
  readonly #choices: number;

  constructor(choices: number) {
    this.#choices = choices;
  }

  get(choice: number, at: number): number {
    const page = this.#pages.get(Math.floor(at / PAGE));
    return page ? page[(at % PAGE) * this.#choices + choice]! : 0;
  }

  set(choice: number, at: number, value: number): void {
    const index = Math.floor(at / PAGE);
    let page = this.#pages.get(index);
    if (!page) this.#pages.set(index, (page = new Uint8Array(PAGE * this.#choices)));
    page[(at % PAGE) * this.#choices + choice] = value;
  }

  forgetAt(at: number): void {
    const page = this.#pages.get(Math.floor(at / PAGE));
    const start = (at % PAGE) * this.#choices;
    page?.fill(UNKNOWN, start, start + this.#choices);
  }

  /** Places before `at` are never asked for again. */
  forgetBefore(at: number): void {
    for (const index of this.#pages.keys()) {
      if ((index + 1) * PAGE > at) return;
      this.#pages.delete(index);
    }
  }
}

class Search {
  readonly #program: readonly Step[];
  readonly #text: string;
  readonly #memory: Memory;
  readonly #count: (steps: number) => void;

  constructor(
    program: readonly Step[],
    choices: number,
    text: string,
    count: (steps: number) => void,
  ) {
    this.#program = program;
    this.#text = text;
    this.#memory = new Memory(choices);
    this.#count = count;
  }

  /** The first match at or after `start`. */
  from(start: number): Match | undefined {
    this.#memory.forgetBefore(start);
    for (let at = start; at <= this.#text.length; at += widthAt(this.#text, at)) {
      const end = this.#run(0, at, false);
      if (end < 0) continue;
      // The next search begins there; loops over nothing may have left failures that are none.
      this.#memory.forgetAt(end);
      return { start: at, end };
    }
    return undefined;
  }

  /** Where the match that begins at instruction `start` ends; -1 when there is none. */
  #run(start: number, at: number, isLook: boolean): number {
    // Second ways of choices still open: instruction, place, length of the trail there.
    const open: number[] = [];
    // Choices on the way to where the run stands: memo and place.
    const trail: number[] = [];
    let pc = start;
    let steps = 0;
    for (;;) {
      steps++;
      const step = this.#program[pc]!;
      let goesOn = true;
      switch (step.op) {
        case "match":
          this.#count(steps);
          // The memory holds failures: what led to a match is taken out, or noted as such.
          for (let i = 0; i < trail.length; i += 2) {
            this.#memory.set(trail[i]!, trail[i + 1]!, isLook ? MATCHES : UNKNOWN);
          }
          return at;
        case "jump":
          pc = step.to;
          break;
        case "choice": {
          const known = this.#memory.get(step.memo, at);
          if (known === MATCHES) {
            this.#count(steps);
            for (let i = 0; i < trail.length; i += 2) {
              this.#memory.set(trail[i]!, trail[i + 1]!, MATCHES);
            }
            return at;
          }
          goesOn = known === UNKNOWN;
          if (!goesOn) break;
          // A failure until a match is found: a loop that comes back here without a step fails, too.
          this.#memory.set(step.memo, at, FAILS);
          open.push(step.second, at, trail.length);
          trail.push(step.memo, at);
          pc = step.first;
          break;
        }
        case "character": {
          const codePoint = this.#text.codePointAt(at);
          goesOn = codePoint !== undefined && step.set(codePoint);
          if (goesOn) at += codePoint! > 0xffff ? 2 : 1;
          pc++;
          break;
        }
        case "look":
          goesOn = this.#run(step.start, at, true) >= 0 !== step.negate;
          pc = step.after;
          break;
        case "behind": {
          const isThere =
            at === 0 ? step.atStart : step.sets.some((set) => set(codePointBefore(this.#text, at)));
          goesOn = isThere !== step.negate;
          pc++;
          break;
        }
        case "edge":
          goesOn = step.isStart ? at === 0 : at === this.#text.length;
          pc++;
          break;
        case "boundary":
          goesOn = this.#isBoundary(at) !== step.negate;
          pc++;
      }
      if (goesOn) continue;
      const length = open.pop();
      if (length === undefined) break;
      at = open.pop()!;
      pc = open.pop()!;
      // The choice itself stays on the way: its second alternative is tried now.
      trail.length = length + 2;
    }
    this.#count(steps);
    return -1;
  }

  #isBoundary(at: number): boolean {
    const isWord = (index: number): boolean => /^\w$/.test(this.#text[index] ?? "");
    return isWord(at - 1) !== isWord(at);
  }
}

const unsupported = (what: string): EngineError =>
  new EngineError(
    "format-unsupported",
    `tokenizer.json: a pattern ${what}, which is not supported.`,
  );
