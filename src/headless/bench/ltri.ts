// `bench ltri`: the span engine against full attention, its rivals, and itself with one part taken
// away, on planted facts in long documents. Many facts share a document, so that reading, which costs
// most, is done once for all of them, and once for all arms that store the same bytes. Results are
// written after every group of such arms; a later call with the same output continues.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { benchMatmul } from "../../../kernels/testing/bench-kernels.ts";
import { bindDocuments, type DocumentBinding } from "../../engine/attention/binding.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import { attentionEngine } from "../../engine/attention/engines.ts";
import { parameterOverrides } from "../../engine/attention/parameters.ts";
import { EngineError } from "../../engine/errors.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { headWeightsOf, readHeads } from "../calibrate.ts";
import { openHeadless, printJson, PUBLIC, ROOT } from "../open-headless.ts";
import { openDocumentFile, readDocument, type ReadDocument } from "../read-document.ts";
import { askNeedle, type NeedleResult } from "./ask-needles.ts";
import { type Arm, armNamed, ARMS } from "./ltri-arms.ts";
import { type LtriResult } from "./ltri-page.ts";
import { earlierRows, saveResult } from "./ltri-results.ts";
import { type LtriRow, type Reading, summarise } from "./ltri-rows.ts";
import {
  charactersPerToken,
  evenDepths,
  needleDocument,
  type NeedleDocument,
} from "./needle-cases.ts";
import { ReadingFolder } from "./reading-folder.ts";

type Opened = Awaited<ReturnType<typeof openHeadless>>;

interface BoundArm extends Arm {
  readonly binding: DocumentBinding;
}

/** Documents of `length` tokens with `facts` planted facts each. */
interface Plan {
  readonly length: number;
  readonly facts: number;
  readonly documents: number;
}

const OPTIONS = [
  ...["model", "plan", "arms", "haystack", "set", "out"],
  ...["minutes", "max-tokens", "readings", "device", "adapter", "heads"],
];
const PLAN = "800:10x5,4000:25x2,16000:25x2,64000:25x2";
/** Longer than any value of a fact. */
const ANSWER_TOKENS = 12;
/** Of a planted fact, about; the haystack gives the rest of the length. */
const FACT_TOKENS = 22;

export async function ltri(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, OPTIONS, ["verbose", "fresh", "once"]);
  const plans = (options.optional("plan") ?? PLAN).split(",").map(planFrom);
  const names = (options.optional("arms") ?? ARMS.map(({ name }) => name).join(",")).split(",");
  const deadline = performance.now() + options.integer("minutes", 24 * 60) * 60_000;
  const named = options.all("haystack");
  const files = named.length > 0 ? named : [path.join(PUBLIC, "sample/treasure-island.txt")];
  const haystack = (await Promise.all(files.map(readText))).join("\n\n");
  const settings = options.settings();
  const overrides = parameterOverrides(settings);

  const model = options.optional("model") ?? "nano";
  const [device, adapter] = [options.optional("device"), options.optional("adapter")];
  const opened = await openHeadless(model, device, adapter);
  const { backend, loaded, report } = opened;
  const isCalibrated = names.some((name) => armNamed(name).set.voting === "calibrated");
  const heads = options.optional("heads");
  const given = heads === undefined ? undefined : await readHeads(heads, loaded);
  const weights =
    given ??
    (isCalibrated || overrides.voting === "calibrated"
      ? await headWeightsOf(model, backend, loaded)
      : undefined);
  // Rows that were asked otherwise are not continued.
  const asked = {
    ...(given ? { heads: sha256(JSON.stringify(given)).slice(0, 12) } : {}),
    ...(options.flag("once") ? { asked: "once" } : {}),
  };
  const arms = names.map((name): BoundArm => {
    const arm = armNamed(name);
    const set = { ...overrides, ...arm.set };
    return { ...arm, binding: bindDocuments(loaded, arm.engine, set, weights) };
  });
  const stem = options.optional("out") ?? path.join(ROOT, "src/headless/bench/results/ltri-nano");
  const folder = options.optional("readings");
  const bench: Bench = {
    ...opened,
    seconds: report.fallback ? "processor" : "clock",
    matmulFlops: await matmulRate(opened, report.fallback),
    deadline,
    maxTokens: options.integer("max-tokens", ANSWER_TOKENS),
    verbose: options.flag("verbose"),
    isAskedOnce: options.flag("once"),
    readings: folder === undefined ? undefined : new ReadingFolder(folder),
  };
  const ratio = charactersPerToken(haystack, arms[0]!.binding.tokenizer);
  for (const plan of plans) {
    const { length, facts, documents } = plan;
    if (haystack.length < length * ratio) {
      throw new EngineError(
        "invalid-argument",
        `The haystack has about ${Math.floor(haystack.length / ratio)} tokens, ${length} are asked for: add --haystack FILE.`,
      );
    }
    const seeds = Array.from({ length: documents }, (_, i) => i + 1);
    const head: Omit<LtriResult, "rows"> = {
      benchmark: "ltri",
      command: `npm run bench -- ltri ${args.join(" ")}`.trim(),
      date: new Date().toISOString().slice(0, 10),
      model: loaded.model.config.name,
      modelHash: sha256(JSON.stringify(loaded.model.fingerprintParts)),
      trainedTokens: loaded.model.config.contextLength,
      hardware: `${report.adapter}; ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`,
      seconds: bench.seconds,
      haystacks: files.map((file) => path.basename(file)),
      length,
      facts,
      seeds,
      set: { ...settings, ...asked },
    };
    const rows = options.flag("fresh") ? [] : [...(await earlierRows(stem, head))];
    const characters = Math.floor((length - facts * FACT_TOKENS) * ratio);
    const planted = seeds.map((seed) =>
      needleDocument(haystack, characters, evenDepths(facts), 1000 * seed + length),
    );
    for (const group of sharedReadings(arms)) {
      const due = group.filter(({ name }) => !rows.some(({ arm }) => arm === name));
      const isUntrained =
        attentionEngine(group[0]!.engine).isBoundToTrainedContext && length > head.trainedTokens;
      if (due.length === 0 || isUntrained) continue;
      const made = await measureGroup(bench, due, planted, length);
      if (!made) {
        process.stderr.write("time is up; the same command continues\n");
        return;
      }
      rows.push(...made);
      for (const row of made) process.stderr.write(`${JSON.stringify(row)}\n`);
      await saveResult(stem, { ...head, rows });
    }
    printJson({ ...head, rows });
  }
}

interface Bench extends Opened {
  readonly seconds: "processor" | "clock";
  readonly matmulFlops: number;
  readonly deadline: number;
  readonly maxTokens: number;
  readonly verbose: boolean;
  readonly isAskedOnce: boolean;
  readonly readings: ReadingFolder | undefined;
}

/** Undefined when the time was up before all documents were read. */
async function measureGroup(
  bench: Bench,
  group: readonly BoundArm[],
  documents: readonly NeedleDocument[],
  length: number,
): Promise<LtriRow[] | undefined> {
  const { backend, loaded, deadline, maxTokens, verbose, isAskedOnce, matmulFlops } = bench;
  const now = clock(bench.seconds);
  const first = group[0]!;
  const results = new Map<string, NeedleResult[]>(group.map(({ name }) => [name, []]));
  const peaks = new Map<string, number>();
  const readings: Reading[] = [];
  for (const { text, needles } of documents) {
    if (performance.now() > deadline) return undefined;
    const counter = new TokenCounter();
    const model = { backend, loaded, binding: first.binding, counter };
    const { read, reading } = await readOrFind(bench, model, text);
    readings.push(reading);
    let { session } = read;
    for (const arm of group) {
      if (arm !== first) {
        session.destroy();
        session = await read.reopen(arm.binding);
      }
      for (const needle of needles) {
        const { binding, forced, isReread = false } = arm;
        const asking = { maxTokens, now, ...(forced ? { forced } : {}), isReread, isAskedOnce };
        const result = await askNeedle(session, { ...model, binding }, read, needle, asking);
        results.get(arm.name)!.push(result);
        if (verbose) {
          process.stderr.write(`${JSON.stringify({ arm: arm.name, length, ...result })}\n`);
        }
      }
      const peak = Math.max(backend.takePeakBytes(), peaks.get(arm.name) ?? 0);
      peaks.set(arm.name, Math.max(reading.peakGpuBytes, peak));
    }
    session.destroy();
  }
  const { config } = loaded.model;
  const flopsPerToken = 2 * (loaded.parameters - config.vocab * config.width);
  return group.map(({ name }) =>
    summarise(name, length, {
      readings,
      results: results.get(name)!,
      peakGpuBytes: peaks.get(name)!,
      flopsPerToken,
      matmulFlops,
    }),
  );
}

/** Reads a document, or takes a kept reading of it. */
async function readOrFind(
  { readings, seconds }: Bench,
  model: BoundModel,
  text: string,
): Promise<{ read: ReadDocument; reading: Reading }> {
  const { backend, binding } = model;
  backend.takePeakBytes();
  const kept = await readings?.find(binding.fingerprint, text);
  if (kept) {
    const { reading } = kept;
    return { read: await openDocumentFile(model, reading.tokensPerSecond, kept.file), reading };
  }
  const now = clock(seconds);
  const started = now();
  const read = await readDocument(model, { title: "haystack", text });
  const tokens = read.document.tokenStarts.length;
  const reading: Reading = {
    tokens,
    tokensPerSecond: (1000 * tokens) / (now() - started),
    bytesOnDisk: read.bytesOnDisk,
    peakGpuBytes: backend.takePeakBytes(),
  };
  await readings?.keep(binding.fingerprint, read, reading);
  return { read, reading };
}

/** Milliseconds of all processor cores together, or of the clock. */
function clock(seconds: Bench["seconds"]): () => number {
  if (seconds === "clock") return () => performance.now();
  return () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
}

/** Arms that store the same bytes share the reading; the order of the arms is kept. */
function sharedReadings(arms: readonly BoundArm[]): BoundArm[][] {
  const groups = new Map<string, BoundArm[]>();
  for (const arm of arms) {
    const key = JSON.stringify(arm.binding.fingerprint);
    groups.set(key, [...(groups.get(key) ?? []), arm]);
  }
  return [...groups.values()];
}

/** LENGTH:FACTSxDOCUMENTS */
function planFrom(text: string): Plan {
  const [length = 0, facts = 0, documents = 0] =
    /^(\d+):(\d+)x(\d+)$/.exec(text)?.slice(1).map(Number) ?? [];
  if (facts < 1 || documents < 1 || length <= facts * FACT_TOKENS) {
    throw new EngineError(
      "invalid-argument",
      `--plan ${text}: write LENGTH:FACTSxDOCUMENTS, with ${FACT_TOKENS} tokens and more a fact.`,
    );
  }
  return { length, facts, documents };
}

/** Floating-point operations per second of the model's widest matrix at the chunk of a reading. */
async function matmulRate({ backend, loaded }: Opened, isSoftware: boolean): Promise<number> {
  const { width, ffn } = loaded.model.config;
  const gate = loaded.weights.layers[0]!.gate;
  const shape = { tokens: 128, rows: ffn, cols: width };
  const variant = backend.capabilities.barrierFree ? "wide" : "tiled";
  const { gflops, gflopsPerCpuSecond } = await benchMatmul(backend, variant, gate.format, shape);
  return ((isSoftware ? gflopsPerCpuSecond : gflops) ?? 0) * 1e9;
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
