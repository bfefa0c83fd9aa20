// The interpreter of @huggingface/jinja with a budget: every step and every character that a template
// makes is counted, so that a hostile template ends in an error after a fixed amount of work. Adds
// what chat templates use and the library lacks: strip() with characters, repeated strings, values
// written as Python does, and what a turn of a loop has written before it is left.
import { type Environment, Interpreter, type parse } from "@huggingface/jinja";
import { type TemplateValue as Value, written } from "./template-values.ts";

type Program = ReturnType<typeof parse>;
type Node = Program["body"][number];

/** About half a second; a conversation of 100 turns takes 10,000. */
const MAX_STEPS = 500_000;
/** The library builds scopes and a loop object for each item that a `for` walks over. */
const ITEM_STEPS = 16;
/** Nested expressions, blocks and macro calls; the longest chain of conditions in use has about 60. */
const MAX_DEPTH = 600;
const MAX_LIST = 65_536;
/** Characters of one text beyond those of the conversation. */
const MAX_TEXT = 1_048_576;
const MAX_INDENT = 256;
/** Characters that cost one step. */
const STEP_CHARACTERS = 64;

/** The template does more than it may: no other conversation would help. */
export class WorkLimit extends Error {}

/** What the template alone decides: worked out once. */
export interface TemplateFacts {
  /** Statements whose value is written out. */
  readonly printed: ReadonlySet<Node>;
  /** What a `for` walks over. */
  readonly walked: ReadonlySet<Node>;
  /** Size of each macro and call block: the library looks through all of it whenever it meets one. */
  readonly sizes: ReadonlyMap<Node, number>;
}

export function templateFacts(program: Program): TemplateFacts {
  const printed = new Set<Node>();
  const walked = new Set<Node>();
  const sizes = new Map<Node, number>();
  const visit = (value: unknown): number => {
    if (value instanceof Map) return visit([...value.keys()]) + visit([...value.values()]);
    if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + visit(one), 0);
    if (!isNode(value)) return 0;
    let size = 1;
    for (const [name, child] of Object.entries(value)) {
      if (BODIES.has(name) && Array.isArray(child))
        for (const one of child) printed.add(one as Node);
      if (name === "iterable" && isNode(child)) {
        walked.add(child.type === "SelectExpression" ? (child as unknown as Select).lhs : child);
      }
      size += visit(child);
    }
    if (value.type === "Macro" || value.type === "CallStatement") sizes.set(value, size);
    return size;
  };
  visit(program);
  return { printed, walked, sizes };
}

const BODIES: ReadonlySet<string> = new Set(["body", "alternate", "defaultBlock"]);
interface Select {
  readonly lhs: Node;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** A value in the place of an expression, so that operands are evaluated once and looked at. */
interface Known {
  readonly type: "Known";
  readonly known: Value;
}

/** The statements of a branch, or of a loop (`turns`), which know what they have written. */
interface Block {
  readonly type: "Block";
  readonly statements: readonly Node[];
  readonly turns?: { isOver: boolean };
}

/** `continue` or `break` on its way to the loop, with what was written before. */
class LoopExit extends Error {
  readonly isBreak: boolean;
  text = "";

  constructor(isBreak: boolean) {
    super("a loop is left where there is none");
    this.isBreak = isBreak;
  }
}

/** Statements that are no values. */
const UNWRITTEN: ReadonlySet<string> = new Set(["Set", "Macro", "Comment"]);

export class BoundedInterpreter extends Interpreter {
  readonly #facts: TemplateFacts;
  readonly #maxText: number;
  #steps = 0;
  #depth = 0;

  /** `conversationUnits`: UTF-16 units that the conversation brings along. */
  constructor(environment: Environment, facts: TemplateFacts, conversationUnits: number) {
    super(environment);
    this.#facts = facts;
    this.#maxText = MAX_TEXT + 4 * conversationUnits;
  }

  override evaluate(node: Node | undefined, environment: Environment): Value {
    if (node === undefined) return super.evaluate(node, environment);
    if (node.type === "Known") return (node as unknown as Known).known;
    if (node.type === "Block") return this.#block(node as unknown as Block, environment);
    this.#spend(1 + (this.#facts.sizes.get(node) ?? 0));
    if (++this.#depth > MAX_DEPTH) throw new WorkLimit("it nests too deeply");
    try {
      const value = this.#evaluate(node, environment);
      this.#account(node, value);
      return value;
    } finally {
      this.#depth--;
    }
  }

  #evaluate(node: Node, environment: Environment): Value {
    const parts = node as unknown as Parts;
    const known = (one: Node): Node =>
      ({ type: "Known", known: this.evaluate(one, environment) }) as never;
    const valueOf = (one: Node): Value => (one as unknown as Known).known;
    switch (node.type) {
      case "FilterExpression": {
        const operand = known(parts.operand);
        this.#checkFilter(valueOf(operand), parts.filter, environment);
        if ((parts.filter as unknown as { value?: string }).value === "string") {
          return this.#text(this.#written(valueOf(operand)), environment);
        }
        return super.evaluate({ ...parts, operand } as never, environment);
      }
      case "Program":
        return this.#block({ type: "Block", statements: parts.body }, environment);
      case "If": {
        const [body, alternate] = [parts.body, parts.alternate].map(block);
        return super.evaluate({ ...parts, body, alternate } as never, environment);
      }
      case "For": {
        const body = [{ ...block(parts.body)[0], turns: { isOver: false } }];
        return super.evaluate({ ...parts, body } as never, environment);
      }
      case "Break":
      case "Continue":
        throw new LoopExit(node.type === "Break");
      case "BinaryExpression": {
        if (parts.operator.value === "~") {
          const text = [parts.left, parts.right].map((one) =>
            this.#written(this.evaluate(one, environment)),
          );
          return this.#text(text.join(""), environment);
        }
        if (parts.operator.value !== "*") break;
        const left = known(parts.left);
        const right = known(parts.right);
        const [text, count] = [valueOf(left), valueOf(right)];
        if (isText(text) && typeof count.value === "number") {
          return this.#repeat(text.value, count.value, environment);
        }
        return super.evaluate({ ...parts, left, right } as never, environment);
      }
      case "CallExpression": {
        if (parts.callee.type !== "MemberExpression") break;
        const member = parts.callee as unknown as Member;
        const method = member.computed ? undefined : member.property.value;
        if (method === undefined || !METHODS.has(method)) break;
        const object = known(member.object);
        const text = valueOf(object);
        const callee = { ...member, object } as never;
        if (!isText(text) || parts.args.length === 0) {
          return super.evaluate({ ...parts, callee } as never, environment);
        }
        const args = parts.args.map(known);
        if (method === "replace") {
          this.#checkReplace(text.value, args.map(valueOf));
        } else {
          const [characters] = args.map(valueOf);
          if (characters && isText(characters)) {
            return this.#text(stripped(text.value, method, characters.value), environment);
          }
        }
        return super.evaluate({ ...parts, callee, args } as never, environment);
      }
    }
    return super.evaluate(node, environment);
  }

  #block({ statements, turns }: Block, environment: Environment): Value {
    // The library drops what the last turn has written; here that turn has ended well.
    if (turns?.isOver) return super.evaluate({ type: "Break" } as never, environment);
    let text = "";
    try {
      for (const statement of statements) {
        const value = this.evaluate(statement, environment);
        if (!UNWRITTEN.has(statement.type)) text += this.#written(value);
        this.#checkLength(text.length);
      }
    } catch (exit) {
      if (!(exit instanceof LoopExit)) throw exit;
      exit.text = text + exit.text;
      if (!turns) throw exit;
      turns.isOver = exit.isBreak;
      text = exit.text;
    }
    return this.#text(text, environment);
  }

  #written(value: Value): string {
    this.#weigh(value);
    return written(value);
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw new WorkLimit("it takes too many steps");
  }

  #account(node: Node, value: Value): void {
    const { printed, walked } = this.#facts;
    if (isText(value)) {
      this.#checkLength(value.value.length);
      if (node.type !== "Identifier") this.#spend(value.value.length / STEP_CHARACTERS);
    } else if (Array.isArray(value.value)) {
      if (value.value.length > MAX_LIST) throw new WorkLimit("a list is too long");
      if (node.type !== "Identifier") this.#spend(value.value.length);
      if (walked.has(node)) this.#spend(ITEM_STEPS * value.value.length);
    }
    if (printed.has(node)) this.#weigh(value);
  }

  #checkLength(units: number): void {
    if (units > this.#maxText) throw new WorkLimit("a text is too long");
  }

  /** Characters of a value written out; shared parts count as often as they are written. */
  #weigh(value: Value, depth = 0): number {
    this.#spend(1);
    if (depth > MAX_DEPTH) throw new WorkLimit("it nests too deeply");
    const inner: unknown = value.value;
    let size = 8;
    if (typeof inner === "string") size += inner.length;
    else if (Array.isArray(inner)) {
      for (const one of inner) size += this.#weigh(one as Value, depth + 1);
    } else if (inner instanceof Map) {
      for (const [key, one] of inner as Map<string, Value>) {
        size += key.length + this.#weigh(one, depth + 1);
      }
    }
    this.#checkLength(size);
    return size;
  }

  #checkFilter(operand: Value, filter: Node, environment: Environment): void {
    const call = filter as unknown as { callee?: { value: string }; value?: string; args?: Node[] };
    const name = call.callee?.value ?? call.value ?? "";
    const args = (call.args ?? []).map((one) => {
      const { value } = one as unknown as { value?: unknown };
      return one.type === "KeywordArgumentExpression"
        ? this.evaluate(value as Node, environment)
        : this.evaluate(one, environment);
    });
    if (name === "replace" && isText(operand)) this.#checkReplace(operand.value, args);
    if (!WRITING.has(name)) return;
    const size = this.#weigh(operand);
    if (name === "join") {
      const list = Array.isArray(operand.value) ? operand.value.length : size;
      this.#checkLength(
        size + list * Math.max(0, ...args.filter(isText).map((one) => one.value.length)),
      );
    } else if (args.some((one) => typeof one.value === "number" && one.value > MAX_INDENT)) {
      throw new WorkLimit("an indentation is too wide");
    } else this.#checkLength(args.length > 0 ? size + lines(operand) * MAX_INDENT : size);
  }

  #checkReplace(text: string, [from, to]: readonly Value[]): void {
    if (!from || !to || !isText(from) || !isText(to)) return;
    const most = from.value === "" ? text.length + 1 : Math.floor(text.length / from.value.length);
    this.#spend(text.length / STEP_CHARACTERS);
    // The exact count only where the bound is too high.
    const times = most * to.value.length > this.#maxText ? text.split(from.value).length - 1 : most;
    this.#checkLength(text.length + times * to.value.length);
  }

  #repeat(text: string, count: number, environment: Environment): Value {
    const times = Math.max(0, Math.floor(count));
    this.#checkLength(text.length * times);
    return this.#text(text.repeat(times), environment);
  }

  #text(value: string, environment: Environment): Value {
    return super.evaluate({ type: "StringLiteral", value } as never, environment);
  }
}

/** The fields of the nodes that are looked into. */
interface Parts {
  readonly body: readonly Node[];
  readonly alternate: readonly Node[];
  readonly operand: Node;
  readonly filter: Node;
  readonly operator: { readonly value: string };
  readonly left: Node;
  readonly right: Node;
  readonly callee: Node;
  readonly args: readonly Node[];
}

interface Member {
  readonly object: Node;
  readonly property: { readonly value: string };
  readonly computed: boolean;
}

const block = (statements: readonly Node[]): [Block] => [{ type: "Block", statements }];

const METHODS: ReadonlySet<string> = new Set(["strip", "lstrip", "rstrip", "replace"]);
/** Filters that make one text of what they get. */
const WRITING: ReadonlySet<string> = new Set(["join", "tojson", "string", "indent"]);

const isText = (value: Value): value is Value & { readonly value: string } =>
  typeof value.value === "string";

const lines = (value: Value): number =>
  isText(value)
    ? value.value.split("\n").length
    : Array.isArray(value.value)
      ? value.value.length
      : 1;

function stripped(text: string, method: string, characters: string): string {
  const set = new Set(characters);
  let start = 0;
  let end = text.length;
  if (method !== "rstrip") while (start < end && set.has(text[start]!)) start++;
  if (method !== "lstrip") while (end > start && set.has(text[end - 1]!)) end--;
  return text.slice(start, end);
}
