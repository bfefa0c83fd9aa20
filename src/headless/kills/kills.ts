// `kills`: the kill run as a command, with its report as JSON.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { EngineError } from "../../engine/errors.ts";
import { randomSource } from "../../engine/store/testing/sample-stream.ts";
import { Arguments } from "../arguments.ts";
import { modelPath, printJson, PUBLIC, ROOT } from "../open-headless.ts";
import { killReadings } from "./kill-readings.ts";
import { KILL_QUESTION, killText } from "./planted-text.ts";

export async function kills(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["count", "seed", "longest-ms", "out"], []);
  const seed = options.integer("seed", 1);
  const book = await readFile(path.join(PUBLIC, "sample/treasure-island.txt"), "utf8");
  const folder = await mkdtemp(path.join(tmpdir(), "inkspan-kills-"));
  const started = performance.now();
  try {
    const plan = {
      model: modelPath("nano"),
      text: killText(book),
      question: KILL_QUESTION.question,
      kills: options.integer("count", 200),
      longestMs: options.integer("longest-ms", 1500),
    };
    const report = await killReadings({
      ...plan,
      root: ROOT,
      folder,
      random: randomSource(seed),
      onKill: (count, { state, tokensCommitted }) =>
        process.stderr.write(`\r${count} kills, ${state} at ${tokensCommitted}   `),
    });
    process.stderr.write("\n");
    const result = {
      command: `npm run headless -- kills --count ${plan.kills} --seed ${seed} --longest-ms ${plan.longestMs}`,
      conditions: `Node ${process.version}, Dawn on a software Vulkan driver, ${cpus().length} shared CPU cores`,
      seconds: Math.round((performance.now() - started) / 1000),
      ...report,
    };
    const out = options.optional("out");
    if (out) await writeFile(out, `${JSON.stringify(result, null, 2)}\n`);
    printJson(result);
    if (report.different.length > 0) {
      throw new EngineError("internal", `${report.different.length} documents differ.`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
