// The native side of `bench cpu`: node native-llama.mjs ENTRY MODEL PROMPT TOKENS THREADS. No graphics card, the
// same chunks; prints rates as cpu.ts does.
import { pathToFileURL } from "node:url";

const [entry = "", modelPath = "", prompt = "", tokens = "", threads = "1"] = process.argv.slice(2);
const { getLlama } = await import(pathToFileURL(entry).href);
const llama = await getLlama({ gpu: false, build: "never", logLevel: "error" });
const model = await llama.loadModel({ modelPath });
const contextSize = Number(prompt) + Number(tokens) + 8;
const context = await model.createContext({
  contextSize,
  batchSize: 128,
  threads: Number(threads),
});
const sequence = context.getSequence();
const ids = Array.from({ length: Number(prompt) }, (_, i) => ((i * 37) % 39_800) + 100);

// The first pages of the model are read from disk here, not in the measurement.
await sequence.evaluateWithoutGeneratingNewTokens(ids.slice(0, 128));
await sequence.clearHistory();

const start = clocks();
await sequence.evaluateWithoutGeneratingNewTokens(ids);
const first = clocks();
let count = 0;
for await (const _ of sequence.evaluate([5], { temperature: 0, yieldEogToken: true })) {
  count++;
  if (count >= Number(tokens)) break;
}
const result = { prefill: rates(ids.length, start, first), decode: rates(count, first, clocks()) };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());

function clocks() {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now() / 1000, used: (user + system) / 1e6 };
}

/**
 * @param {number} tokenCount
 * @param {{ wall: number, used: number }} from
 * @param {{ wall: number, used: number }} to
 */
function rates(tokenCount, from, to) {
  return {
    clock: tokenCount / (to.wall - from.wall),
    processor: tokenCount / (to.used - from.used),
  };
}
