// `bench ltri`: the span engine against full attention, its rivals, and itself with one part taken
// away, on planted facts in long documents. Several facts share a document, so that reading, which costs
// most, is done once for all of them, and once for all arms that store the same bytes. Results are
// written after every length of an arm; a later call with the same output continues.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { benchMatmul } from "../../../kernels/testing/bench-kernels.ts";
import { bindDocuments, type DocumentBinding } from "../../engine/document-binding.ts";
import { EngineError } from "../../engine/errors.ts";
import { TokenCounter } from "../../engine/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { headWeightsOf } from "../calibrate.ts";
import { openHeadless, overridesFrom, printJson, PUBLIC, ROOT } from "../open-headless.ts";
import { readDocument } from "../read-document.ts";
import { askNeedle, type NeedleResult } from "./ask-needles.ts";
import { type Arm, armNamed, ARMS } from "./ltri-arms.ts";
import { ltriPage, type LtriResult } from "./ltri-page.ts";
import { type LtriRow, type Reading, summarise } from "./ltri-rows.ts";
import { charactersPerToken, needleDocument } from "./needle-cases.ts";

type Opened = Awaited<ReturnType<typeof openHeadless>>;

interface BoundArm extends Arm {
  readonly binding: DocumentBinding;
}

const OPTIONS = [
  ...["model", "lengths", "depths", "seeds", "arms", "haystack", "set"],
  ...["out", "minutes", "full-up-to", "max-tokens"],
];

export async function ltri(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, OPTIONS, ["verbose", "fresh"]);
  const list = (name: string, fallback: string) => (options.optional(name) ?? fallback).split(",");
  const lengths = list("lengths", "4000,16000,64000").map(Number);
  const depths = list("depths", "0,10,25,40,50,60,75,90,100").map(Number);
  const seeds = Array.from({ length: options.integer("seeds", 2) }, (_, i) => i + 1);
  const names = list("arms", ARMS.map(({ name }) => name).join(","));
  const deadline = performance.now() + options.integer("minutes", 24 * 60) * 60_000;
  const fullUpTo = options.integer("full-up-to", 16_000);
  const given = options.all("haystack");
  const files = given.length > 0 ? given : [path.join(PUBLIC, "sample/treasure-island.txt")];
  const haystack = (await Promise.all(files.map(readText))).join("\n\n");
  const settings = options.settings();
  const overrides = overridesFrom(settings);

  const model = options.optional("model") ?? "default";
  const opened = await openHeadless(model);
  const { runtime, loaded, report } = opened;
  const isCalibrated = names.includes("calibrated") || overrides.voting === "calibrated";
  const weights = isCalibrated ? await headWeightsOf(model, runtime, loaded) : undefined;
  const arms = names.map((name): BoundArm => {
    const arm = armNamed(name);
    const set = { ...overrides, ...arm.set };
    return { ...arm, binding: bindDocuments(loaded, arm.engine, set, weights) };
  });
  const out = options.optional("out") ?? path.join(ROOT, "src/headless/bench/results/ltri.json");
  const head: Omit<LtriResult, "rows"> = {
    benchmark: "ltri",
    command: `npm run bench -- ltri ${args.join(" ")}`.trim(),
    date: new Date().toISOString().slice(0, 10),
    model: loaded.model.config.name,
    modelHash: sha256(JSON.stringify(loaded.model.fingerprintParts)),
    trainedTokens: loaded.model.config.contextLength,
    hardware: `${report.adapter}; ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`,
    haystacks: files.map((file) => path.basename(file)),
    depths,
    seeds,
    set: settings,
  };
  const rows = options.flag("fresh") ? [] : [...(await earlierRows(out, head))];
  const matmulFlops = await matmulRate(opened);
  const save = async () => {
    const result: LtriResult = { ...head, rows };
    await writeFile(out, `${JSON.stringify(result, null, 2)}\n`);
    await writeFile(out.replace(/\.json$/, ".md"), ltriPage(result));
    return result;
  };
  const ratio = charactersPerToken(haystack, arms[0]!.binding.tokenizer);
  for (const length of lengths) {
    if (haystack.length < length * ratio) {
      throw new EngineError(
        "not-found",
        `The haystack has about ${Math.floor(haystack.length / ratio)} tokens, ${length} are asked for: add --haystack FILE.`,
      );
    }
    for (const group of sharedReadings(arms)) {
      const isDone = ({ name }: Arm) => rows.some((r) => r.arm === name && r.length === length);
      const due = group.filter((arm) => !isDone(arm));
      const isTooLong = group[0]!.engine === "full" && length > fullUpTo;
      if (due.length === 0 || isTooLong) continue;
      const documents = seeds.map((seed) =>
        needleDocument(haystack, Math.floor(length * ratio), depths, seed),
      );
      const made = await measureGroup(opened, due, documents, {
        length,
        matmulFlops,
        deadline,
        maxTokens: options.integer("max-tokens", 24),
        verbose: options.flag("verbose"),
      });
      if (!made) {
        process.stderr.write("time is up; the same command continues\n");
        printJson(await save());
        return;
      }
      rows.push(...made);
      for (const row of made) process.stderr.write(`${JSON.stringify(row)}\n`);
      await save();
    }
  }
  printJson(await save());
}

interface GroupOptions {
  readonly length: number;
  readonly matmulFlops: number;
  readonly deadline: number;
  readonly maxTokens: number;
  readonly verbose: boolean;
}

/** Undefined when the time was up before all documents were read. */
async function measureGroup(
  { runtime, loaded }: Opened,
  group: readonly BoundArm[],
  documents: readonly ReturnType<typeof needleDocument>[],
  { length, matmulFlops, deadline, maxTokens, verbose }: GroupOptions,
): Promise<LtriRow[] | undefined> {
  const first = group[0]!;
  const results = new Map<string, NeedleResult[]>(group.map(({ name }) => [name, []]));
  const peaks = new Map<string, number>();
  const readings: Reading[] = [];
  for (const planted of documents) {
    if (performance.now() > deadline) return undefined;
    const counter = new TokenCounter();
    const source = { title: "haystack", text: planted.text };
    runtime.takePeakBytes();
    const cpu = process.cpuUsage();
    const read = await readDocument(runtime, loaded, first.binding, first.engine, source, counter);
    const { user, system } = process.cpuUsage(cpu);
    const readingPeak = runtime.takePeakBytes();
    const tokens = read.tokenStarts.length;
    readings.push({
      tokens,
      tokensPerSecond: read.tokensPerSecond,
      tokensPerCpuSecond: tokens / ((user + system) / 1e6),
      bytesOnDisk: read.bytesOnDisk,
    });
    let { open } = read;
    for (const arm of group) {
      if (arm !== first) {
        open.destroy();
        open = await read.reopen(arm.binding);
      }
      for (const needle of planted.needles) {
        const { binding } = arm;
        const result = await askNeedle(open.session, binding, counter, read, needle, maxTokens);
        results.get(arm.name)!.push(result);
        if (verbose) {
          process.stderr.write(`${JSON.stringify({ arm: arm.name, length, ...result })}\n`);
        }
      }
      const peak = Math.max(readingPeak, runtime.takePeakBytes(), peaks.get(arm.name) ?? 0);
      peaks.set(arm.name, peak);
    }
    open.destroy();
  }
  const { config } = loaded.model;
  // Multiplications and additions of the matrices that every token passes while a document is read.
  const flopsPerToken = 2 * (loaded.parameters - config.vocab * config.width);
  return group.map(({ name }) =>
    summarise(
      name,
      length,
      readings,
      results.get(name)!,
      peaks.get(name)!,
      flopsPerToken,
      matmulFlops,
    ),
  );
}

/** Arms that store the same bytes share the reading; the order of the arms is kept. */
function sharedReadings(arms: readonly BoundArm[]): BoundArm[][] {
  const groups = new Map<string, BoundArm[]>();
  for (const arm of arms) {
    const isStored = arm.engine === "ltri" || arm.engine === "infllm";
    const key = isStored ? JSON.stringify(arm.binding.fingerprint) : arm.name;
    groups.set(key, [...(groups.get(key) ?? []), arm]);
  }
  return [...groups.values()];
}

/** Rows of a result with the same model, documents and settings. */
async function earlierRows(
  file: string,
  head: Omit<LtriResult, "rows">,
): Promise<readonly LtriRow[]> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return [];
  const earlier = JSON.parse(text) as LtriResult;
  const isSame = (["modelHash", "haystacks", "depths", "seeds", "set"] as const).every(
    (name) => JSON.stringify(earlier[name]) === JSON.stringify(head[name]),
  );
  if (!isSame) {
    throw new EngineError(
      "not-found",
      `${file} is of another model, other documents or settings: name another --out, or start --fresh.`,
    );
  }
  return earlier.rows;
}

/** Floating-point operations per CPU second of the model's widest matrix at the chunk of a reading. */
async function matmulRate({ runtime, loaded }: Opened): Promise<number> {
  const { width, ffn } = loaded.model.config;
  const gate = loaded.weights.layers[0]!.gate;
  const shape = { tokens: 128, rows: ffn, cols: width };
  const variant = runtime.capabilities.barrierFree ? "wide" : "tiled";
  const { gflopsPerCpuSecond } = await benchMatmul(runtime, variant, gate.format, shape);
  return (gflopsPerCpuSecond ?? 0) * 1e9;
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new EngineError("not-found", `Cannot read the haystack ${file}.`, { cause });
  });
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
