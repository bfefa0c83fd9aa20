// Command line of the headless commands: `--name value`, repeatable names, bare flags.
import { EngineError } from "../engine/errors.ts";

export class Arguments {
  readonly #values = new Map<string, string[]>();

  /** `flags` are the names that take no value. Throws on anything that is not an option. */
  constructor(words: readonly string[], options: readonly string[], flags: readonly string[]) {
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      const name = word.startsWith("--") ? word.slice(2) : "";
      if (flags.includes(name)) {
        this.#values.set(name, [""]);
      } else if (options.includes(name)) {
        const value = words[++i];
        if (value === undefined)
          throw new EngineError("invalid-argument", `${word} needs a value.`);
        this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
      } else {
        const known = [...options, ...flags].map((option) => `--${option}`).join(" ");
        throw new EngineError("invalid-argument", `Unknown argument ${word}. Known: ${known}`);
      }
    }
  }

  flag(name: string): boolean {
    return this.#values.has(name);
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  text(name: string): string {
    const value = this.#values.get(name)?.at(-1);
    if (value === undefined) throw new EngineError("invalid-argument", `--${name} is missing.`);
    return value;
  }

  optional(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  integer(name: string, fallback: number): number {
    const value = this.optional(name);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (!Number.isInteger(number) || number < 0) {
      throw new EngineError("invalid-argument", `--${name} ${value} is not a whole number.`);
    }
    return number;
  }

  /** The `--set` pairs. */
  settings(): Record<string, string | number | boolean> {
    return settingsOf(this.all("set"));
  }
}

/** `key=value` pairs; numbers and true/false are converted. */
export function settingsOf(pairs: readonly string[]): Record<string, string | number | boolean> {
  const result: Record<string, string | number | boolean> = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) throw new EngineError("invalid-argument", `${pair}: write key=value.`);
    const value = pair.slice(at + 1);
    const number = Number(value);
    result[pair.slice(0, at)] =
      value === "true" ? true : value === "false" ? false : Number.isNaN(number) ? value : number;
  }
  return result;
}
