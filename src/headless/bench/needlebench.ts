// `bench needlebench`: the app's evaluation without a screen. The same desk, plan and export as in the
// browser, on memory stores; what is finished is written to `--out` while it runs.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { bindDocuments } from "../../engine/attention/binding.ts";
import {
  DEFAULT_ENGINE,
  ENGINE_NAMES,
  type EngineName,
} from "../../engine/attention/engine-names.ts";
import { fittingEngine } from "../../engine/attention/engines.ts";
import { EngineError } from "../../engine/errors.ts";
import { type Book, ownData } from "../../evaluation/benchmark-data.ts";
import type { BenchmarkApi, BenchmarkRequest, BenchmarkState } from "../../evaluation/run/api.ts";
import { BenchmarkDesk } from "../../evaluation/run/benchmark-desk.ts";
import { EMBEDDED_BOOKS } from "../../evaluation/run/embedded-books.ts";
import { openPrompts, preparePlan } from "../../evaluation/run/prepare-plan.ts";
import { promptSha256 } from "../../evaluation/run/prompt-hash.ts";
import { freeLock, MemoryRecords } from "../../engine/store/memory.ts";
import { Turnstile } from "../../engine/host/turnstile.ts";
import { Arguments } from "../arguments.ts";
import { openHeadless, printJson, PUBLIC } from "../open-headless.ts";
import { needleBenchPage } from "./needlebench-page.ts";

type OpenHeadless = Awaited<ReturnType<typeof openHeadless>>;

const MEMORY_BYTES = 4 * 1024 ** 3;
/** How often unfinished results are written. */
const WRITE_MS = 60_000;

const CHOICES = {
  preset: ["smoke", "quick", "standard", "full"],
  suite: ["needlebench-v2", "needlebench-v1", "ruler"],
  profile: ["sound", "compat"],
  engines: ENGINE_NAMES,
  languages: ["en", "zh"],
  tasks: ["s-rt", "m-rt", "m-rs", "atc"],
  answerModes: ["recalled", "reread"],
} as const;

const OPTIONS = [
  ...["model", "preset", "engine", "suite", "profile", "languages", "tasks", "lengths", "depths"],
  ...["seed", "data", "out", "page", "device", "answer-mode"],
];

export async function needlebench(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, OPTIONS, ["quiet", "prompts"]);
  const opened = await openHeadless(
    options.optional("model") ?? "nano",
    options.optional("device"),
  );
  const { config } = opened.loaded.model;
  const request = requestFrom(options, fittingEngine(config, DEFAULT_ENGINE));
  if (options.flag("prompts")) return printPrompts(opened, request);
  const desk = openDesk(opened, (state) => onState(state));
  for (const file of options.all("data")) {
    const bytes = await readFile(file);
    await desk.addData(path.basename(file), new Blob([bytes]));
  }
  const out = options.optional("out");
  let ended: ((state: BenchmarkState) => void) | undefined;
  let writtenAt = performance.now();
  let ids: readonly string[] = [];
  const page = options.optional("page");
  const command = `npm run bench -- needlebench ${args.join(" ")}`;
  const write = async () => {
    const json = await desk.exportRuns(ids, "json");
    if (out) await writeFile(out, json);
    if (page) await writeFile(page, needleBenchPage(json, command));
    return json;
  };
  let told = "";
  function onState(state: BenchmarkState): void {
    const { progress, runs } = state;
    if (progress && !options.flag("quiet")) {
      const left =
        progress.secondsLeft === null ? "" : `, ${Math.ceil(progress.secondsLeft)} s left`;
      const engine = runs.find(({ id }) => id === progress.runId)?.engine ?? "";
      const line = `${engine}: ${progress.finished} of ${progress.items}, ${Math.round(progress.tokensPerSecond)} tokens/s${left}`;
      if (line !== told) process.stderr.write(`\r${line}   `);
      told = line;
    }
    if (ids.length > 0 && performance.now() - writtenAt > WRITE_MS) {
      writtenAt = performance.now();
      void write();
    }
    const isOver =
      ids.length > 0 && !runs.some(({ state: one }) => one === "running" || one === "waiting");
    if (isOver) ended?.(state);
  }
  ids = await desk.start(request);
  const state = await new Promise<BenchmarkState>((resolve) => {
    ended = resolve;
    void desk.watch(); // it may be over already
  });
  if (!options.flag("quiet")) process.stderr.write("\n");
  const json = await write();
  if (!out) process.stdout.write(json);
  const problem = state.runs.find((run) => run.problem)?.problem;
  if (problem) throw new EngineError(problem.code, problem.message);
}

/** The hashes of all prompts, without asking: what a run elsewhere is compared with. */
async function printPrompts({ loaded }: OpenHeadless, request: BenchmarkRequest): Promise<void> {
  const { config } = loaded.model;
  const data = await ownData(await books());
  const { settings } = await preparePlan(request, data, config.contextLength, new Map());
  const engine = fittingEngine(config, DEFAULT_ENGINE);
  const { plan, build } = await openPrompts(settings, data, bindDocuments(loaded, engine, {}));
  const prompts: Record<string, string | null> = {};
  for (const item of plan.items) {
    const built = build(item);
    prompts[item.id] = built.status === "ready" ? await promptSha256(built) : null;
  }
  printJson({ plan: plan.hash, prompts });
}

function openDesk(
  { backend, loaded, report }: OpenHeadless,
  emit: (state: BenchmarkState) => void,
): BenchmarkApi {
  const turnstile = new Turnstile();
  const { signal: recalled } = new AbortController();
  return new BenchmarkDesk({
    records: new MemoryRecords(),
    lock: freeLock,
    lend: (task) => task({ backend, loaded, turnstile, device: report, recalled }),
    books,
    emit,
    memoryBytes: MEMORY_BYTES,
    kind: "node",
    now: () => performance.now(),
    today: () => new Date().toISOString(),
    newId: () => crypto.randomUUID(),
  });
}

function books(): Promise<Book[]> {
  return Promise.all(
    EMBEDDED_BOOKS.map(async ({ file, ...book }) => ({
      ...book,
      text: await readFile(path.join(PUBLIC, "sample", file), "utf8"),
    })),
  );
}

function requestFrom(options: Arguments, fitting: EngineName): BenchmarkRequest {
  return {
    preset: one(options, "preset", CHOICES.preset, "smoke"),
    suite: one(options, "suite", CHOICES.suite, "needlebench-v2"),
    profile: one(options, "profile", CHOICES.profile, "sound"),
    seed: options.integer("seed", 1),
    engines: several(options, "engine", CHOICES.engines, [fitting]),
    languages: several(options, "languages", CHOICES.languages, ["en"]),
    tasks: several(options, "tasks", CHOICES.tasks, CHOICES.tasks),
    lengths: numbers(options, "lengths"),
    depths: numbers(options, "depths"),
    answerMode: one(options, "answer-mode", CHOICES.answerModes, "recalled"),
  };
}

function one<T extends string>(
  options: Arguments,
  name: string,
  known: readonly T[],
  fallback: T,
): T {
  return several(options, name, known, [fallback])[0] ?? fallback;
}

function several<T extends string>(
  options: Arguments,
  name: string,
  known: readonly T[],
  fallback: readonly T[],
): readonly T[] {
  const words = options.optional(name)?.split(",");
  if (!words) return fallback;
  return words.map((word) => {
    const found = known.find((one) => one === word);
    if (!found) {
      throw new EngineError(
        "invalid-argument",
        `--${name} ${word}: known are ${known.join(", ")}.`,
      );
    }
    return found;
  });
}

function numbers(options: Arguments, name: string): readonly number[] | null {
  const words = options.optional(name)?.split(",");
  if (!words) return null;
  const list = words.map(Number);
  if (!list.every((value) => Number.isInteger(value) && value >= 0)) {
    throw new EngineError(
      "invalid-argument",
      `--${name} takes whole numbers with commas between them.`,
    );
  }
  return list;
}
