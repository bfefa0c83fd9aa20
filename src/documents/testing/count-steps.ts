// Counts the work of code by what it hands to the engine's own loops: characters that regular
// expressions go over, elements that arrays move or search. Twice the input must be twice the steps; a
// clock would tell the same with noise.

const ARRAY_METHODS = [
  "unshift", "shift", "splice", "indexOf", "lastIndexOf", "includes", "filter", "find", "some", "every", "map", "flatMap", "join",
] as const; // prettier-ignore

/** Not for code that awaits other code's work. */
export function countSteps(run: () => unknown): number {
  let steps = 0;
  const restore: (() => void)[] = [];
  const replace = (prototype: object, name: string, count: (self: never) => number) => {
    const holder = prototype as Record<string, (...args: unknown[]) => unknown>;
    const original = holder[name]!;
    holder[name] = function (this: unknown, ...args: unknown[]) {
      steps += count(this as never);
      return original.apply(this, args);
    };
    restore.push(() => (holder[name] = original));
  };
  for (const name of ARRAY_METHODS) {
    replace(Array.prototype, name, ({ length }: readonly unknown[]) => length);
  }
  // `test`, `replace`, `match` and `matchAll` are defined by `exec`.
  const original = RegExp.prototype.exec;
  RegExp.prototype.exec = function (text: string) {
    const start = this.global || this.sticky ? this.lastIndex : 0;
    const found = original.call(this, text);
    steps += 1 + (found ? found.index + found[0].length : text.length) - start;
    return found;
  };
  restore.push(() => (RegExp.prototype.exec = original));
  try {
    run();
  } finally {
    for (const one of restore) one();
  }
  return steps;
}
