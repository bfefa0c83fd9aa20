// The page's side of the worker seam: an EngineApi that outlives its worker. When the GPU device is
// lost or the worker crashes, pending calls are rejected with `device-lost`, a new worker is started,
// the listener is subscribed again and the model loaded again; after a second loss of the graphics card
// on the processor, where the choice is open. Documents are safe on disk meanwhile.
import {
  type DeviceChoice,
  type DeviceReport,
  type EngineApi,
  type EngineErrorData,
  type EngineEvent,
  forwardVerbs,
  type ModelEntry,
  VERBS,
} from "../../workers/protocol.ts";
import { EngineCallError, toErrorData } from "./errors.ts";
import { isFailedImport, refreshModule } from "./failed-import.ts";

/** One running worker: its calls, and the end of it. */
export interface EngineWorker {
  readonly api: EngineApi;
  onCrash(listener: (message: string) => void): void;
  terminate(): void;
}

type Listener = (events: readonly EngineEvent[]) => void;

interface Generation {
  readonly worker: EngineWorker;
  /** Rejects when this worker is given up; every call races against it. */
  readonly lost: Promise<never>;
  readonly giveUp: (error: EngineErrorData) => void;
}

// A driver that dies again and again must not be restarted for ever.
const MAX_RESTARTS = 3;
const RESTART_WINDOW_MS = 60_000;
const RESTART_BROWSER =
  "The graphics device was lost, and the browser gives the page no other one. Let the processor compute, or restart the browser; everything read so far is stored.";

export interface EngineClient extends EngineApi {
  dispose(): void;
}

export function createEngineClient(
  startWorker: () => EngineWorker,
  now: () => number = () => Date.now(),
): EngineClient {
  let listener: Listener | undefined;
  let modelId: string | undefined;
  let chosen: Parameters<EngineApi["chooseEngine"]> | undefined;
  let isAdapted = true;
  let device: DeviceChoice | undefined;
  let computing: DeviceReport["kind"] | undefined;
  let graphicsLosses = 0;
  // Opened files and addresses live in the worker's memory: a new worker is given them again.
  const reopen = new Map<string, (api: EngineApi) => Promise<unknown>>();
  let restarts: number[] = [];
  let isRepaired = false;
  let current: Generation | undefined = start();

  function start(): Generation {
    const worker = startWorker();
    let giveUp: (error: EngineErrorData) => void = () => {};
    const lost = new Promise<never>((_, reject) => {
      giveUp = (error) => reject(new EngineCallError(error));
    });
    lost.catch(() => {}); // only the calls that race against it care
    const generation: Generation = { worker, lost, giveUp };
    worker.onCrash((message) => {
      restart(generation, { code: "device-lost", message: `The engine stopped: ${message}` }, true);
    });
    return generation;
  }

  /** A browser whose GPU process has died again offers no adapter any more, whatever its settings say. */
  function afterLoss(error: EngineErrorData): EngineErrorData {
    const isGone = error.code === "no-adapter" || error.code === "no-webgpu";
    return isGone && restarts.length > 0
      ? { code: "device-lost", message: RESTART_BROWSER }
      : error;
  }

  function afterLossAll(events: readonly EngineEvent[]): readonly EngineEvent[] {
    return events.map((event) =>
      event.type === "model" && event.state.phase === "failed"
        ? { ...event, state: { ...event.state, error: afterLoss(event.state.error) } }
        : event,
    );
  }

  function end(generation: Generation, error: EngineErrorData): void {
    if (current === generation) current = undefined;
    generation.giveUp(error);
    generation.worker.terminate();
  }

  function restart(generation: Generation, error: EngineErrorData, announce: boolean): void {
    if (generation !== current) return;
    end(generation, error);
    if (announce) listener?.([{ type: "device-lost", error }]);
    if (computing === "webgpu") graphicsLosses++;
    restarts = [...restarts.filter((at) => now() - at < RESTART_WINDOW_MS), now()];
    if (restarts.length > MAX_RESTARTS) {
      listener?.([{ type: "model", state: { phase: "failed", error } }]);
      return; // the next call, made by the user, starts again
    }
    current = start();
    subscribe(current);
    if (modelId !== undefined) {
      // Its failure arrives as a model event; nobody waits for this call.
      const opened = reopen.get(modelId);
      call(async (api) => {
        await opened?.(api);
        const next = deviceNow();
        if (next !== undefined) await api.chooseDevice(next);
        if (!isAdapted) await api.chooseAdapter(false);
        if (chosen !== undefined) await api.chooseEngine(...chosen);
        return api.loadModel(modelId ?? "default");
      }).catch(() => {});
    }
  }

  /** A graphics card that was lost twice is not tried again while the choice is ours. */
  function deviceNow(): DeviceChoice | undefined {
    const isOpen = device === undefined || device === "auto";
    return isOpen && graphicsLosses >= 2 ? "cpu" : device;
  }

  function noteDevice(events: readonly EngineEvent[]): void {
    for (const event of events) {
      if (event.type !== "model") continue;
      if (event.state.phase === "ready") computing = event.state.device.kind;
    }
  }

  function subscribe(generation: Generation): void {
    if (!listener) return;
    generation.worker.api
      .events((events) => {
        if (generation !== current) return;
        noteDevice(events);
        listener?.(afterLossAll(events));
        const lost = events.find((event) => event.type === "device-lost");
        if (lost) restart(generation, lost.error, false);
      })
      .catch((thrown: unknown) => {
        listener?.([{ type: "model", state: { phase: "failed", error: toErrorData(thrown) } }]);
      });
  }

  async function call<T>(run: (api: EngineApi) => T | Promise<T>): Promise<T> {
    if (!current) {
      restarts = [];
      current = start();
      subscribe(current);
    }
    const generation = current;
    try {
      return await Promise.race([run(generation.worker.api), generation.lost]);
    } catch (thrown) {
      const error = afterLoss(toErrorData(thrown));
      if (!isFailedImport(error.message) || isRepaired) throw new EngineCallError(error);
      // A part of the engine did not load: only a new worker asks for it again.
      isRepaired = true;
      await refreshModule(error.message);
      restart(generation, error, false);
      return call(run);
    }
  }

  async function open(run: (api: EngineApi) => Promise<ModelEntry>): Promise<ModelEntry> {
    const entry = await call(run);
    reopen.set(entry.id, run);
    return entry;
  }

  return {
    ...forwardVerbs(VERBS, call),
    events(next) {
      listener = next;
      if (current) subscribe(current);
      return Promise.resolve();
    },
    loadModel(id) {
      modelId = id;
      return call((api) => api.loadModel(id));
    },
    unloadModel() {
      modelId = undefined;
      return call((api) => api.unloadModel());
    },
    chooseDevice(choice) {
      device = choice;
      graphicsLosses = 0; // a person's word counts anew
      return call((api) => api.chooseDevice(choice));
    },
    chooseAdapter(isOn) {
      isAdapted = isOn;
      return call((api) => api.chooseAdapter(isOn));
    },
    chooseEngine(...choice) {
      chosen = choice;
      return call((api) => api.chooseEngine(...choice));
    },
    openModelFile: (files) => open((api) => api.openModelFile(files)),
    openModelAddress: (...address) => open((api) => api.openModelAddress(...address)),
    dispose() {
      if (current) end(current, { code: "cancelled", message: "The page closed the engine." });
      listener = undefined;
    },
  };
}
