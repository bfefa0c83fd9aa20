// The one model on the device: loads it, tells its state, binds documents to it with the chosen
// attention, lends it to long tasks. Not here: documents and questions (engine.ts), which let go of the
// model before it changes.

import type {
  DeviceReport,
  EngineErrorData,
  EngineEvent,
  EngineName,
  MemoryLedger,
  ModelStandIn,
  ModelState,
  ModelSummary,
} from "../api.ts";
import { HeadCalibration } from "../attention/heads/head-calibration.ts";
import { chooseDefaultModel } from "./default-model.ts";
import { DEFAULT_ID, EMBEDDED_ID, LARGER_ID, LARGER_NAME, READER_ADAPTER } from "./model-ids.ts";
import { bindDocuments, type DocumentBinding } from "../attention/binding.ts";
import { enginesFor, fittingEngine, requireFitting } from "../attention/engines.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import { asksHeads, DEFAULT_ENGINE } from "../attention/engine-names.ts";
import { EngineError } from "../errors.ts";
import type { ThreadHost } from "../../../kernels/wasm/kernel-module.ts";
import type { DeviceChoice } from "./device-choice.ts";
import { deviceProspect, type OpenDevice, openDevice } from "./open-device.ts";
import { describeModel, type LoadedModel, loadModel } from "../transformer/loaded-model.ts";
import type { ByteSource } from "../model/byte-source.ts";
import { type LentModel, ModelLoans } from "./model-loans.ts";
import { nameError } from "../name-error.ts";
import type { RecordStore } from "../store/types.ts";
import type { TokenCounter } from "../transformer/token-counter.ts";
import type { Turnstile } from "./turnstile.ts";

export interface ModelHost {
  readonly gpu: GPU | undefined;
  /** Whether the larger model that `default` may be is at hand; without it, it never is. */
  hasLargerModel?(): Promise<boolean>;
  /** Files of a model by id; throws `not-found`. `progress` counts downloaded bytes. */
  modelSources(
    id: string,
    progress: (loadedBytes: number, totalBytes: number) => void,
  ): Promise<readonly ByteSource[]>;
  now(): number; // ms
  /** Where the host can give the processor threads; without it, one computes. */
  readonly threads?: ThreadHost;
  /** Where measured head weights are kept; without it they last as long as the engine. */
  readonly records?: RecordStore;
}

interface Loading {
  readonly id: string;
  readonly device: DeviceChoice;
  readonly isAdapted: boolean;
  readonly done: Promise<ModelSummary>;
}

export interface ReadyModel extends BoundModel {
  readonly device: DeviceReport;
}

/** What works with the bound model. */
export interface ModelUsers {
  /** Resolves when nothing uses it any more: it is about to change. */
  release(): Promise<void>;
  /** A model is bound. */
  begin(): Promise<void>;
}

export class ModelSlot {
  readonly #host: ModelHost;
  readonly #users: ModelUsers;
  readonly #turnstile: Turnstile;
  readonly #counter: TokenCounter;
  readonly #emit: (event: EngineEvent) => void;
  readonly #loans = new ModelLoans();
  readonly #heads: HeadCalibration;
  #state: ModelState = { phase: "idle" };
  #loading: Loading | undefined;
  #unloading: Promise<void> = Promise.resolve();
  #ready: ReadyModel | undefined;
  #device: DeviceChoice = "auto";
  #isAdapted = true;
  #engine = DEFAULT_ENGINE;
  #byMeasuredHeads = false;

  constructor(
    host: ModelHost,
    users: ModelUsers,
    turnstile: Turnstile,
    counter: TokenCounter,
    emit: (event: EngineEvent) => void,
  ) {
    this.#host = host;
    this.#users = users;
    this.#turnstile = turnstile;
    this.#counter = counter;
    this.#emit = emit;
    this.#heads = new HeadCalibration(
      host.records,
      () => host.now(),
      (state) => emit({ type: "heads", state }),
    );
  }

  get device(): DeviceChoice {
    return this.#device;
  }

  get ready(): ReadyModel | undefined {
    return this.#ready;
  }

  /** A long task has the model, a benchmark say. */
  get isLent(): boolean {
    return this.#loans.isLent;
  }

  get isLoading(): boolean {
    return this.#state.phase === "loading";
  }

  /** Throws `no-model` while no model is loaded. */
  require(): ReadyModel {
    if (!this.#ready)
      throw new EngineError(
        "no-model",
        "No model is loaded yet. Choose one, or wait until it is ready.",
      );
    return this.#ready;
  }

  get gpuBytes(): MemoryLedger["gpu"] {
    return this.#ready?.backend.ledger() ?? NO_GPU_BYTES;
  }

  announce(): void {
    this.#emit({ type: "model", state: this.#state });
    this.#heads.announce();
  }

  load(id: string): Promise<ModelSummary> {
    const loading = this.#loading;
    const device = this.#device;
    const isAdapted = this.#isAdapted;
    const isSame =
      loading?.id === id && loading.device === device && loading.isAdapted === isAdapted;
    if (isSame && this.#state.phase !== "failed") return loading.done;
    const before = Promise.allSettled([this.#unloading, loading?.done]);
    const done = before.then(() => this.#load(id, device, isAdapted));
    this.#loading = { id, device, isAdapted, done };
    return done;
  }

  /** Lets go of the model, also of one that is being loaded. */
  unload(): Promise<void> {
    const before = Promise.allSettled([this.#unloading, this.#loading?.done]);
    this.#loading = undefined;
    this.#unloading = before
      .then(() => this.#unload())
      .then(() => this.#setState({ phase: "idle" }));
    return this.#unloading;
  }

  /** What computes from now on. The model moves there when it is elsewhere; a failure is its state. */
  async chooseDevice(choice: DeviceChoice): Promise<void> {
    if (choice === this.#device) return;
    this.#device = choice;
    const loading = this.#loading;
    if (!loading) return;
    await loading.done.catch(() => undefined); // it may have failed for want of this choice
    if (this.#loading !== loading || this.#device !== choice) return; // chosen anew meanwhile
    const { kind } = await deviceProspect(this.#host.gpu, choice);
    if (this.#ready?.device.kind === kind) this.#loading = { ...loading, device: choice };
    else await this.load(loading.id).catch(() => undefined);
  }

  /**
   * Whether the larger model works with the adapter that comes with it; a loaded one is loaded anew. What was
   * read the other way is stale until it is chosen again. A failure is the model's state.
   */
  async chooseAdapter(isOn: boolean): Promise<void> {
    if (isOn === this.#isAdapted) return;
    this.#isAdapted = isOn;
    const loading = this.#loading;
    if (!loading) return;
    await loading.done.catch(() => undefined);
    if (this.#loading !== loading || this.#isAdapted !== isOn) return; // chosen anew meanwhile
    if (this.#ready?.loaded.id === LARGER_ID) await this.load(loading.id).catch(() => undefined);
    else this.#loading = { ...loading, isAdapted: isOn };
  }

  /**
   * `byMeasuredHeads` has no effect on a model whose heads nobody knows. Throws `engine-limit` for an engine that
   * cannot work with the loaded model; a model that is loaded later takes the one that fits it.
   */
  async choose(engine: EngineName, byMeasuredHeads: boolean): Promise<void> {
    if (this.#ready) requireFitting(this.#ready.loaded.model.config, engine);
    if (engine === this.#engine && byMeasuredHeads === this.#byMeasuredHeads) return;
    this.#engine = engine;
    this.#byMeasuredHeads = byMeasuredHeads;
    await this.#bindAgain();
  }

  /** Measures which heads of the loaded model copy, and keeps the result for it. */
  async measureHeads(jobId: string, signal: AbortSignal): Promise<void> {
    await this.lend((lent) => this.#heads.measure(jobId, lent, this.#counter, signal));
    if (this.#byMeasuredHeads) await this.#bindAgain();
    // What is stored stays as it is: the next session asks the measured heads.
    else if (this.#ready) this.#ready = { ...this.#ready, binding: this.#bind(this.#ready.loaded) };
  }

  get #usesHeads(): boolean {
    const { loaded } = this.#ready ?? {};
    return loaded !== undefined && asksHeads(this.#engineFor(loaded));
  }

  #engineFor(loaded: LoadedModel): EngineName {
    return fittingEngine(loaded.model.config, this.#engine);
  }

  /** Questions would go to all heads of a model that may have few that retrieve. */
  get lacksHeadWeights(): boolean {
    return this.#ready !== undefined && this.#usesHeads && this.#heads.isMissing;
  }

  /** For work that is neither a document nor a question; it shares the GPU through the turnstile. */
  lend<T>(task: (lent: LentModel) => Promise<T>): Promise<T> {
    const { backend, loaded, device } = this.require();
    return this.#loans.lend({ backend, loaded, turnstile: this.#turnstile, device }, task);
  }

  async #load(
    id: string,
    choice: DeviceChoice,
    isAdapted: boolean,
    isAgain = false,
  ): Promise<ModelSummary> {
    let opened: OpenDevice | undefined;
    let modelId = id;
    try {
      await this.#unload();
      const started = this.#host.now();
      const stage = (name: "download" | "weights" | "shaders", done: number, total: number) => {
        const seconds = Math.max(0.001, (this.#host.now() - started) / 1000);
        this.#setState({
          phase: "loading",
          stage: name,
          loadedBytes: done,
          totalBytes: total,
          bytesPerSecond: done / seconds,
        });
      };
      stage("download", 0, 0);
      opened = await this.#open(choice);
      let standIn: ModelStandIn | null = null;
      if (id === DEFAULT_ID) {
        const hasBoth = choice === "auto" && opened.report.kind === "webgpu";
        const openProcessor = hasBoth ? () => this.#open("cpu") : undefined;
        const chosen = await chooseDefaultModel(opened, this.#host, openProcessor);
        ({ id: modelId, device: opened, standIn } = chosen);
      }
      const { report } = opened;
      const fetchFiles = () =>
        this.#host.modelSources(modelId, (done, total) => stage("download", done, total));
      const files = await fetchFiles().catch((error: unknown) => {
        const isByItself = id === DEFAULT_ID && modelId === LARGER_ID;
        if (!isByItself || nameError(error).code === "cancelled") throw error;
        // Cut off on its way, say: the next visit goes on with it.
        modelId = EMBEDDED_ID;
        standIn = { because: "unfetched" };
        return fetchFiles();
      });
      const sources = isAdapted ? files : files.filter(({ name }) => name !== READER_ADAPTER);
      const onDevice = async (device: OpenDevice) => ({
        ...device,
        loaded: await loadModel(device.backend, modelId, sources, (done, total) =>
          // Shaders compile beside the upload; what is left afterwards is their time.
          stage(done < total ? "weights" : "shaders", done, total),
        ),
      });
      let open = await onDevice(opened);
      if (choice === "auto" && report.kind === "webgpu") {
        const { onFasterProcessor } = await import("./device-trial.ts");
        const openOnProcessor = async () => {
          const processor = await this.#open("cpu");
          return onDevice(processor).catch((error: unknown) => {
            processor.backend.dispose();
            throw error;
          });
        };
        opened = open = (await onFasterProcessor(open, openOnProcessor, this.#host)) ?? open;
      }
      const { loaded, report: device } = open;
      await this.#heads.open(loaded);
      const binding = this.#bind(loaded);
      this.#ready = { backend: open.backend, loaded, binding, counter: this.#counter, device };
      const described = {
        ...describeModel(loaded),
        engines: enginesFor(loaded.model.config),
      };
      const model = modelId === LARGER_ID ? { ...described, name: LARGER_NAME } : described;
      this.#setState({ phase: "ready", model, device, standIn });
      opened = undefined; // it is the model's now
      await this.#users.begin();
      return model;
    } catch (error) {
      const named = nameError(error);
      opened?.backend.dispose();
      // The host repairs what it keeps of this one, now that the damage is known.
      if (named.code === "checksum-mismatch" && modelId === LARGER_ID && !isAgain) {
        return this.#load(id, choice, isAdapted, true);
      }
      this.#setState({ phase: "failed", error: { code: named.code, message: named.message } });
      throw named;
    }
  }

  async #open(choice: DeviceChoice): Promise<OpenDevice> {
    const opened = await openDevice(this.#host.gpu, choice, this.#host.threads);
    void opened.lost.then(({ destroyed, message }) => {
      if (!destroyed) this.#deviceLost(message);
    });
    return opened;
  }

  #bind(loaded: LoadedModel): DocumentBinding {
    const { weights } = this.#heads;
    const engine = this.#engineFor(loaded);
    const isByHeads = this.#byMeasuredHeads && asksHeads(engine) && weights !== undefined;
    return bindDocuments(loaded, engine, isByHeads ? { voting: "calibrated" } : {}, weights);
  }

  async #bindAgain(): Promise<void> {
    const ready = this.#ready;
    if (!ready) return;
    await this.#users.release();
    if (this.#ready !== ready) return; // another model was loaded meanwhile, with this choice
    this.#ready = { ...ready, binding: this.#bind(ready.loaded) };
    await this.#users.begin();
  }

  async #unload(): Promise<void> {
    await Promise.all([this.#loans.recallAll(), this.#users.release()]);
    const ready = this.#ready;
    this.#ready = undefined;
    if (!ready) return;
    ready.backend.dispose();
  }

  #setState(state: ModelState): void {
    this.#state = state;
    this.#emit({ type: "model", state });
  }

  #deviceLost(message: string): void {
    const error: EngineErrorData = {
      code: "device-lost",
      message: `The device that computes was lost (${message || "no reason given"}). Everything stored is safe; the engine starts again.`,
    };
    this.#setState({ phase: "failed", error });
    this.#emit({ type: "device-lost", error });
  }
}

const NO_GPU_BYTES = { weights: 0, "kv-pool": 0, activations: 0, index: 0, staging: 0 };
