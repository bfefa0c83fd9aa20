// Benchmarks as a host sees them: runs that are started, stopped, continued, looked at and taken away.
// One run works at a time, the others wait. Each result is stored before the next item begins, so a
// reload loses the item at work. Not here: the work itself (run-benchmark.ts), records (run-store.ts).

import type { EngineErrorData, EngineName } from "../../engine/api.ts";
import { bindDocuments } from "../../engine/attention/binding.ts";
import { DEFAULT_ENGINE } from "../../engine/attention/engine-names.ts";
import { requireEngineName } from "../../engine/attention/engines.ts";
import { EngineError } from "../../engine/errors.ts";
import type { LentModel } from "../../engine/host/model-loans.ts";
import { nameError } from "../../engine/name-error.ts";
import type { RecordStore, TryLock } from "../../engine/store/types.ts";
import { aggregateRun } from "../aggregates.ts";
import type { Book } from "../benchmark-data.ts";
import { plannedItems } from "../plan.ts";
import { answerModeOf } from "../run-answers.ts";
import { importJson } from "../result-document.ts";
import type { Plan } from "../types.ts";
import type {
  BenchmarkApi,
  BenchmarkExportFormat,
  BenchmarkPreview,
  BenchmarkProgress,
  BenchmarkPrompt,
  BenchmarkRates,
  BenchmarkRequest,
  BenchmarkResult,
} from "./api.ts";
import { DataShelf } from "./data-shelf.ts";
import { exportRuns } from "./export-runs.ts";
import { measureRates } from "./measure-rates.ts";
import { buildItemAgain, openPrompts, preparePlan, previewPlan } from "./prepare-plan.ts";
import { engineCard, modelCard, requireSameRun } from "./run-card.ts";
import { runBenchmark } from "./run-benchmark.ts";
import { type RunListing, type RunRecord, RunStore, type StoredRun } from "./run-store.ts";
import { summariseRun } from "./run-summary.ts";
import { expectedReading, WorkMeter } from "./work-meter.ts";

export interface BenchmarkHost {
  readonly records: RecordStore;
  readonly lock: TryLock;
  readonly lend: <T>(task: (lent: LentModel) => Promise<T>) => Promise<T>;
  /** The texts that come with the app. */
  readonly books: () => Promise<readonly Book[]>;
  readonly emit: (state: Awaited<ReturnType<BenchmarkDesk["state"]>>) => void;
  readonly memoryBytes: number;
  readonly kind: "browser" | "node";
  readonly now: () => number; // ms
  readonly today: () => string; // ISO 8601
  readonly newId: () => string;
}

interface ActiveRun {
  readonly runId: string;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

export class BenchmarkDesk implements BenchmarkApi {
  readonly #host: BenchmarkHost;
  readonly #store: RunStore;
  readonly #data: DataShelf;
  readonly #waiting: string[] = [];
  readonly #problems = new Map<string, EngineErrorData>();
  /** Measured on this device since the worker started. */
  readonly #rates = new Map<EngineName, BenchmarkRates>();
  #active: ActiveRun | undefined;
  #progress: BenchmarkProgress | null = null;
  #listings: RunListing[] | undefined;

  constructor(host: BenchmarkHost) {
    this.#host = host;
    this.#store = new RunStore(host.records);
    this.#data = new DataShelf(this.#store, host.books);
  }

  async state() {
    this.#listings ??= await this.#store.list();
    const runs = this.#listings.map((listing) =>
      summariseRun(listing, {
        active: this.#active?.runId,
        waiting: this.#waiting,
        problem: this.#problems.get(listing.id),
      }),
    );
    return { runs, progress: this.#progress, data: await this.#data.files() };
  }

  async watch(): Promise<void> {
    await this.#announce();
  }

  async preview(request: BenchmarkRequest): Promise<BenchmarkPreview> {
    return this.#host.lend(async (lent) => {
      const data = await this.#data.load();
      const plan = await preparePlan(request, data, trainedTokens(lent), this.#rates);
      return previewPlan(request, plan, data, lent, this.#rates);
    });
  }

  async measure(): Promise<BenchmarkRates> {
    const [book] = await this.#host.books();
    if (!book) throw new EngineError("not-found", "There is no text to measure with.");
    const rates = await this.#host.lend((lent) =>
      measureRates(lent, book.text, lent.recalled, () => this.#host.now()),
    );
    this.#rates.set(DEFAULT_ENGINE, rates);
    return rates;
  }

  async start(request: BenchmarkRequest): Promise<readonly string[]> {
    if (request.engines.length === 0) {
      throw new EngineError("invalid-argument", "Choose at least one attention engine.");
    }
    if (request.suite === "ruler" && request.answerMode === "reread") {
      throw new EngineError(
        "invalid-argument",
        "RULER gives the model the beginning of each answer: it is asked from the index alone.",
      );
    }
    const records = await this.#host.lend(async (lent) => {
      const data = await this.#data.load();
      const plan = await preparePlan(request, data, trainedTokens(lent), this.#rates);
      return Promise.all(
        request.engines.map((engine) => this.#newRecord(request, engine, plan, lent)),
      );
    });
    for (const record of records) await this.#store.create(record);
    this.#waiting.push(...records.map(({ run }) => run.id));
    await this.#relist();
    this.#pump();
    return records.map(({ run }) => run.id);
  }

  async resume(runId: string): Promise<void> {
    if (this.#active?.runId === runId || this.#waiting.includes(runId)) return;
    const stored = await this.#store.load(runId);
    if (stored.imported) {
      throw new EngineError(
        "invalid-argument",
        "This run came from a file: it can be looked at only.",
      );
    }
    // Refused here already, so that the page can say why at once.
    await this.#host.lend((lent) => this.#prepareAgain(stored, lent));
    this.#problems.delete(runId);
    this.#waiting.push(runId);
    await this.#announce();
    this.#pump();
  }

  async retry(runId: string): Promise<void> {
    const stored = await this.#store.load(runId);
    const broken = stored.results.filter(({ status }) => status === "error");
    await this.#store.forget(
      stored,
      broken.map(({ item }) => item),
    );
    await this.#relist();
    await this.resume(runId);
  }

  async stop(): Promise<void> {
    this.#waiting.length = 0;
    this.#active?.abort.abort();
    await this.#active?.done;
    await this.#announce();
  }

  async remove(runId: string): Promise<void> {
    const waiting = this.#waiting.indexOf(runId);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    if (this.#active?.runId === runId) {
      this.#active.abort.abort();
      await this.#active.done;
    }
    await this.#store.delete(runId);
    this.#problems.delete(runId);
    await this.#relist();
  }

  async result(runId: string): Promise<BenchmarkResult> {
    const { run, items, results } = await this.#store.load(runId);
    const whole = { ...run, results };
    return { run: whole, items, aggregates: aggregateRun(whole, items) };
  }

  async prompt(runId: string, itemId: string): Promise<BenchmarkPrompt> {
    const { run, items, results } = await this.#store.load(runId);
    const item = items.find(({ id }) => id === itemId);
    if (!item) throw new EngineError("not-found", `The run has no item ${itemId}.`);
    const data = await this.#data.load();
    const built = await this.#host.lend((lent) =>
      buildItemAgain(run.plan.settings, item, data, lent),
    );
    const asked = results.find((result) => result.item.id === itemId)?.promptSha256;
    if (asked && asked !== built.sha256) {
      throw new EngineError(
        "run-stale",
        "The prompt cannot be shown: the texts or the tokenizer it was made from have changed.",
      );
    }
    return built;
  }

  async exportRuns(runIds: readonly string[], format: BenchmarkExportFormat): Promise<string> {
    const stored = await Promise.all(runIds.map((id) => this.#store.load(id)));
    const runs = stored.map(({ run, items, results }) => ({ run: { ...run, results }, items }));
    return exportRuns(runs, format);
  }

  async importRuns(json: string): Promise<readonly string[]> {
    const runs = importJson(json);
    const known = new Set((await this.#store.list()).map(({ id }) => id));
    for (const { results, ...run } of runs) {
      if (known.has(run.id)) continue; // it was made here, or imported before
      const items = plannedItems(run.plan.settings);
      await this.#store.create({ run, items, imported: true }, results);
    }
    await this.#relist();
    return runs.map(({ id }) => id);
  }

  async addData(name: string, file: Blob): Promise<void> {
    await this.#data.add(name, new Uint8Array(await file.arrayBuffer()));
    await this.#announce();
  }

  async removeData(name: string): Promise<void> {
    await this.#data.remove(name);
    await this.#announce();
  }

  async #newRecord(
    request: BenchmarkRequest,
    engine: EngineName,
    plan: Plan,
    { loaded, device }: LentModel,
  ): Promise<RunRecord> {
    const binding = bindDocuments(loaded, engine, {});
    const { items, ...head } = plan;
    const { adapter, fallback } = device;
    const isPreset = request.lengths === null && request.depths === null;
    const run = {
      id: this.#host.newId(),
      startedAt: this.#host.today(),
      preset: isPreset || request.preset === "smoke" ? request.preset : "custom",
      plan: head,
      model: await modelCard(loaded, binding),
      engine: engineCard(binding, request.answerMode),
      device: { host: this.#host.kind, adapter, fallback },
      // A beginning is shared as computed state; every item has its own index behind it.
      sharing: { prefix: true, index: false },
    } as const;
    return { run, items, imported: false };
  }

  /** Throws `index-stale` when the run would not be the same run. */
  async #prepareAgain(stored: StoredRun, { loaded }: LentModel) {
    const { run } = stored;
    const engine = requireEngineName(run.engine.name);
    const binding = bindDocuments(loaded, engine, {});
    const data = await this.#data.load();
    const { plan, build } = await openPrompts(run.plan.settings, data, binding);
    const now = {
      model: await modelCard(loaded, binding),
      engine: engineCard(binding, answerModeOf(run.engine)),
      planHash: plan.hash,
    };
    requireSameRun(run, now);
    return { binding, build };
  }

  #pump(): void {
    if (this.#active) return;
    const runId = this.#waiting.shift();
    if (runId === undefined) return;
    const abort = new AbortController();
    const done = this.#run(runId, abort).finally(() => {
      this.#active = undefined;
      this.#progress = null;
      void this.#relist();
      this.#pump();
    });
    this.#active = { runId, abort, done };
    void this.#announce();
  }

  /** Never rejects: what ended a run stays with it. */
  async #run(runId: string, abort: AbortController): Promise<void> {
    const release = await this.#host.lock(`inkspan-benchmark-${runId}`);
    try {
      if (!release) {
        throw new EngineError("locked-by-other-tab", "Another tab is working on this run.");
      }
      await this.#host.lend((lent) => this.#work(runId, lent, abort));
    } catch (error) {
      const { code, message } = nameError(error);
      if (code !== "cancelled") this.#problems.set(runId, { code, message });
      // Without its model nothing that waits can run either.
      if (code === "device-lost" || code === "no-model") this.#waiting.length = 0;
    } finally {
      release?.();
    }
  }

  async #work(runId: string, lent: LentModel, abort: AbortController): Promise<void> {
    const stored = await this.#store.load(runId);
    const { binding, build } = await this.#prepareAgain(stored, lent);
    const finished = new Set(stored.results.map(({ item }) => item.id));
    const items = stored.items.filter(({ id }) => !finished.has(id));
    const meter = new WorkMeter(items);
    const later = await this.#expectedLater();
    let count = finished.size;
    const { backend, loaded, turnstile, recalled } = lent;
    await runBenchmark({
      model: { backend, loaded, binding },
      turnstile,
      profile: stored.run.plan.settings.profile,
      answerMode: answerModeOf(stored.run.engine),
      items,
      build,
      bounds: {
        bufferBytes: Math.min(lent.device.maxBufferBytes, lent.device.maxBindingBytes),
        totalBytes: this.#host.memoryBytes,
      },
      meter,
      signal: AbortSignal.any([abort.signal, recalled]),
      save: async (result) => {
        await this.#store.save(stored, result);
        count++;
        this.#count(runId, count);
      },
      onProgress: ({ item, phase }) => {
        const rate = meter.readTokensPerSecond;
        const left = meter.secondsLeft;
        this.#progress = {
          runId,
          finished: count,
          items: stored.items.length,
          phase,
          item,
          tokensPerSecond: rate,
          secondsLeft: left === null ? null : left + (rate > 0 ? later / rate : 0),
        };
        void this.#announce();
      },
      now: () => this.#host.now(),
      today: () => this.#host.today(),
    });
    if (meter.rates) this.#rates.set(binding.engine, meter.rates);
  }

  /** Tokens that the runs in waiting will read. */
  async #expectedLater(): Promise<number> {
    let tokens = 0;
    for (const id of this.#waiting) {
      const { items } = await this.#store.load(id);
      tokens += expectedReading(items).reduce((sum, one) => sum + one, 0);
    }
    return tokens;
  }

  #count(runId: string, finished: number): void {
    this.#listings = this.#listings?.map((listing) =>
      listing.id === runId && listing.record ? { ...listing, finished } : listing,
    );
  }

  async #relist(): Promise<void> {
    this.#listings = undefined;
    await this.#announce();
  }

  async #announce(): Promise<void> {
    this.#host.emit(await this.state());
  }
}

function trainedTokens({ loaded }: LentModel): number {
  return loaded.model.config.contextLength;
}
