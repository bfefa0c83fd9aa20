// Entry of every npm command that needs more than one tool: node src/cli/run.mjs COMMAND [args].
// Plain JavaScript, because it must run before anything is built.

/** @type {Record<string, () => Promise<{ main: (args: string[]) => Promise<number> }>>} */
const COMMANDS = {
  start: () => import("./start.mjs"),
  demo: () => import("./demo.mjs"),
  test: () => import("./test.mjs"),
  "default-model": () => import("./default-model.mjs"),
  library: () => import("./library.mjs"),
  headless: () => import("./headless.mjs"),
  bench: () => import("./headless.mjs"),
};

const [command = "", ...args] = process.argv.slice(2);
const load = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
if (!load) {
  console.error(`Usage: node src/cli/run.mjs ${Object.keys(COMMANDS).join("|")} [arguments]`);
  process.exit(2);
}
try {
  const { main } = await load();
  // `bench` is a command of the headless program; its own commands follow the word `headless`.
  process.exitCode = await main(command === "bench" ? ["bench", ...args] : args);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (process.env["INKSPAN_DEBUG"] && error instanceof Error) console.error(error.stack);
  process.exitCode = 1;
}
// Dawn keeps the process alive after its work is done; output is flushed before leaving.
if (command === "headless" || command === "bench") {
  process.stdout.write("", () => process.exit());
}
