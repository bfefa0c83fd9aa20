// `npm run bench -- NAME`: measurements as scripts, never as timed tests.
import { EngineError } from "../../engine/errors.ts";
import { checkpoint } from "./checkpoint.ts";
import { cpu } from "./cpu.ts";
import { depth } from "./depth.ts";
import { loading } from "./loading.ts";
import { ltri } from "./ltri.ts";
import { needlebench } from "./needlebench.ts";
import { needles } from "./needles.ts";
import { parity } from "./parity.ts";
import { quantised } from "./quantised.ts";
import { questions } from "./questions.ts";
import { benchRecurrent } from "./recurrent.ts";
import { benchServer } from "./server.ts";
import { shadowkv } from "./shadowkv.ts";
import { suggestions } from "./suggestions.ts";

const benches: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  checkpoint,
  cpu,
  depth,
  loading,
  ltri,
  needlebench,
  needles,
  parity,
  quantised,
  questions,
  recurrent: benchRecurrent,
  server: benchServer,
  shadowkv,
  suggestions,
};

export async function bench(args: readonly string[]): Promise<void> {
  const [name = "", ...rest] = args;
  const run = benches[name];
  if (!run) {
    const known = Object.keys(benches).join(", ");
    throw new EngineError("invalid-argument", `Unknown benchmark "${name}". Known: ${known}.`);
  }
  await run(rest);
}
