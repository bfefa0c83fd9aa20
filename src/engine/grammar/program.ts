// A grammar as a machine that reads bytes: steps with calls and returns, one per byte range. Repetitions are
// written out. Not here: where a text stands in it (states.ts).
import {
  type CharacterRange,
  type Expression,
  type Grammar,
  joined,
  refused,
} from "./expression.ts";
import { utf8Ranges } from "./utf8-ranges.ts";

/** Bounds the memory of a hostile grammar: 16 bytes a step. */
const MOST_STEPS = 1 << 19;

export const OP = { byte: 0, split: 1, call: 2, return: 3 } as const;

const RETURN = 0;

export class Program {
  readonly ops: number[] = [OP.return];
  /** byte: lowest; split: a step; call: a rule. */
  readonly a: number[] = [0];
  /** byte: highest; split: another step. */
  readonly b: number[] = [0];
  /** byte, call: the step behind it. */
  readonly next: number[] = [0];
  /** First step of each rule. */
  readonly starts: number[] = [];
  readonly root: number;
  /**
   * Fewest bytes from a step to the end of its rule, of bytes that can be written alone; Infinity where no
   * text leads there.
   */
  readonly distances: Float64Array;
  readonly #ruleIds = new Map<string, number>();
  readonly #classes = new Map<string, number>();

  /** `isByte`: can this byte be written alone? Throws `invalid-argument`. */
  constructor({ rules, root }: Grammar, isByte: (byte: number) => boolean) {
    for (const name of rules.keys()) {
      this.#ruleIds.set(name, this.starts.length);
      this.starts.push(-1);
    }
    for (const [name, expression] of rules) {
      this.starts[this.#ruleIds.get(name)!] = this.#emit(expression, RETURN);
    }
    this.root = this.#ruleIds.get(root)!;
    this.distances = this.#measure(isByte);
    this.#refuseLeftRecursion([...rules.keys()]);
  }

  #push(op: number, a: number, b: number, next: number): number {
    if (this.ops.length >= MOST_STEPS) throw refused("The grammar is too large.");
    this.a.push(a);
    this.b.push(b);
    this.next.push(next);
    return this.ops.push(op) - 1;
  }

  /** The first step of `expression` before the step `next`. */
  #emit(expression: Expression, next: number): number {
    switch (expression.kind) {
      case "character":
        return this.#emitClass(expression.ranges, next);
      case "rule":
        return this.#push(OP.call, this.#ruleIds.get(expression.name)!, 0, next);
      case "sequence":
        return expression.parts.reduceRight((after, part) => this.#emit(part, after), next);
      case "choice":
        return this.#either(expression.parts.map((part) => this.#emit(part, next)));
      case "repeat": {
        const { part, least, most } = expression;
        let after = next;
        if (most === Infinity) {
          after = this.#push(OP.split, next, next, 0);
          this.a[after] = this.#emit(part, after);
        } else {
          // Nested, so that leaving is one step from everywhere.
          for (let i = least; i < most; i++) {
            after = this.#push(OP.split, this.#emit(part, after), next, 0);
          }
        }
        for (let i = 0; i < least; i++) after = this.#emit(part, after);
        return after;
      }
    }
  }

  #either(steps: readonly number[]): number {
    return steps.reduceRight((other, step) => this.#push(OP.split, step, other, 0));
  }

  #emitClass(ranges: readonly CharacterRange[], next: number): number {
    const sequences = utf8Ranges(joined(ranges));
    const [only] = sequences;
    if (sequences.length === 1 && only!.length === 1) {
      return this.#push(OP.byte, only![0]![0], only![0]![1], next);
    }
    // Larger classes are rules of their own: each place where they stand is one step.
    const key = sequences.map((one) => one.join(" ")).join("|");
    let id = this.#classes.get(key);
    if (id === undefined) {
      const heads = sequences.map((one) =>
        one.reduceRight((after, [low, high]) => this.#push(OP.byte, low, high, after), RETURN),
      );
      // A class of nothing is a byte that does not exist.
      const start = heads.length > 0 ? this.#either(heads) : this.#push(OP.byte, 1, 0, RETURN);
      id = this.starts.push(start) - 1;
      this.#classes.set(key, id);
    }
    return this.#push(OP.call, id, 0, next);
  }

  #measure(isByte: (byte: number) => boolean): Float64Array {
    const known = Array.from({ length: 256 }, (_, byte) => isByte(byte));
    const { ops, a, b, next, starts } = this;
    const distances = new Float64Array(ops.length).fill(Infinity);
    distances[RETURN] = 0;
    const of = (step: number): number => {
      if (ops[step] === OP.return) return 0;
      if (ops[step] === OP.split) return Math.min(distances[a[step]!]!, distances[b[step]!]!);
      if (ops[step] === OP.call) return distances[starts[a[step]!]!]! + distances[next[step]!]!;
      const canBeWritten = known.slice(a[step]!, b[step]! + 1).includes(true);
      return canBeWritten ? 1 + distances[next[step]!]! : Infinity;
    };
    // Steps stand behind those that follow them, except in loops and calls: few rounds are enough.
    for (let isChanged = true; isChanged;) {
      isChanged = false;
      for (let step = 0; step < ops.length; step++) {
        const distance = of(step);
        if (distance < distances[step]!) {
          distances[step] = distance;
          isChanged = true;
        }
      }
    }
    return distances;
  }

  /** A rule that may begin with itself would be entered forever. */
  #refuseLeftRecursion(names: readonly string[]): void {
    const { ops, a, b, next, starts, distances } = this;
    const firsts = starts.map((start) => {
      const called = new Set<number>();
      const seen = new Set<number>();
      const waiting = [start];
      for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
        if (seen.has(step)) continue;
        seen.add(step);
        if (ops[step] === OP.split) waiting.push(a[step]!, b[step]!);
        if (ops[step] !== OP.call) continue;
        called.add(a[step]!);
        if (distances[starts[a[step]!]!] === 0) waiting.push(next[step]!);
      }
      return [...called];
    });
    const state = new Uint8Array(starts.length); // 1: on the path, 2: done
    for (const begin of starts.keys()) {
      const path = [{ id: begin, at: 0 }];
      if (state[begin] !== 0) continue;
      state[begin] = 1;
      for (let top = path.at(-1); top; top = path.at(-1)) {
        const called = firsts[top.id]![top.at++];
        if (called === undefined) {
          state[top.id] = 2;
          path.pop();
        } else if (state[called] === 1) {
          throw refused(`The grammar's rule "${names[called]}" may begin with itself.`);
        } else if (state[called] === 0) {
          state[called] = 1;
          path.push({ id: called, at: 0 });
        }
      }
    }
  }
}
