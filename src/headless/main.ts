// The engine in Node: `npm run headless -- COMMAND`. JSON on standard output, one line per result;
// errors as one line on standard error. Commands are described in the README.
import { EngineError } from "../engine/errors.ts";
import { ask } from "./ask.ts";
import { bench } from "./bench/bench.ts";
import { calibrate } from "./calibrate.ts";
import { kills } from "./kills/kills.ts";
import { generate, info, logits, tokenize } from "./model-commands.ts";

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  logits,
  generate,
  tokenize,
  info,
  ask,
  bench,
  calibrate,
  kills,
};

/** Returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = "", ...rest] = args;
  const command = commands[name];
  try {
    if (!command) {
      const known = Object.keys(commands).join(", ");
      throw new EngineError("invalid-argument", `Unknown command "${name}". Known: ${known}.`);
    }
    await command(rest);
    return 0;
  } catch (error) {
    const code = error instanceof EngineError ? error.code : "internal";
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${code}: ${message}\n`);
    if (code === "internal" && error instanceof Error)
      process.stderr.write(`${error.stack ?? ""}\n`);
    return 1;
  }
}
