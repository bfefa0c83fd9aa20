// The evaluation page's own state: what is asked for, what runs are shown side by side, the results
// that were fetched. Runs and their progress are mirrored in the app's state; no model logic here.
import { DEFAULT_ENGINE } from "../../workers/protocol.ts";
import { createStore, type StoreApi } from "zustand/vanilla";
import type {
  BenchmarkExportFormat,
  BenchmarkPreview,
  BenchmarkPrompt,
  BenchmarkRequest,
  BenchmarkResult,
  BenchmarkState,
  CallBenchmark,
  EngineErrorData,
  EngineName,
} from "../../workers/protocol.ts";
import { toErrorData } from "../client/index.ts";

export { toErrorData };

/** What failed; the page has the words. */
export type BenchmarkFailure =
  | "watch"
  | "result"
  | "start"
  | "resume"
  | "stop"
  | "remove"
  | "export"
  | "import"
  | "add-data"
  | "remove-data";

/** Items of one cell, opened by a click. */
export interface OpenCell {
  readonly runId: string;
  readonly title: string;
  readonly itemIds: readonly string[];
}

export type Preview =
  | { readonly status: "none" }
  | { readonly status: "loading"; readonly measuring: boolean }
  | { readonly status: "ready"; readonly preview: BenchmarkPreview }
  | { readonly status: "failed"; readonly error: EngineErrorData };

export interface BenchmarkPageState {
  readonly request: BenchmarkRequest;
  readonly preview: Preview;
  /** Runs shown side by side, in the order chosen. */
  readonly shown: readonly string[];
  readonly results: Readonly<Record<string, BenchmarkResult>>;
  readonly openCell: OpenCell | null;
  /** A failed action, shown until the next one. */
  readonly problem: {
    readonly what: BenchmarkFailure;
    /** Of the file it was about; empty for others. */
    readonly name: string;
    readonly error: EngineErrorData;
  } | null;
  readonly starting: boolean;
}

export interface BenchmarkActions {
  /** Subscribes to the runs; call when the page opens and after the engine was restarted. */
  watch(): Promise<void>;
  change(change: Partial<BenchmarkRequest>): void;
  /** Another model with these engines: where none of the chosen ones works with it, its first one is taken. */
  fit(engines: readonly EngineName[]): void;
  /** The size of the request; measures this device first where that is wanted. */
  estimate(measure: boolean): Promise<void>;
  start(): Promise<void>;
  resume(runId: string): Promise<void>;
  retry(runId: string): Promise<void>;
  stop(): Promise<void>;
  remove(runId: string): Promise<void>;
  show(runId: string, isShown: boolean): void;
  /** Fetches results that are shown and have grown. */
  follow(state: BenchmarkState): void;
  open(cell: OpenCell | null): void;
  prompt(runId: string, itemId: string): Promise<BenchmarkPrompt>;
  /** Undefined when it failed; the problem is shown. */
  exportText(runIds: readonly string[], format: BenchmarkExportFormat): Promise<string | undefined>;
  importFile(file: File): Promise<void>;
  addData(files: readonly File[]): Promise<void>;
  removeData(name: string): Promise<void>;
}

export interface BenchmarkPage {
  readonly store: StoreApi<BenchmarkPageState>;
  readonly actions: BenchmarkActions;
}

const FIRST_REQUEST: BenchmarkRequest = {
  suite: "needlebench-v2",
  profile: "sound",
  preset: "smoke",
  seed: 1,
  languages: ["en"],
  tasks: ["s-rt", "m-rt", "m-rs", "atc"],
  lengths: null,
  depths: null,
  engines: [DEFAULT_ENGINE],
  answerMode: "recalled",
};

/** Results grow item by item; fetching each time would cost more than it shows. */
const REFRESH_MS = 1500;

export function createBenchmarkPage(
  call: CallBenchmark,
  wait: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): BenchmarkPage {
  const store = createStore<BenchmarkPageState>(() => ({
    request: FIRST_REQUEST,
    preview: { status: "none" },
    shown: [],
    results: {},
    openCell: null,
    problem: null,
    starting: false,
  }));
  /** Of the newest estimate; older answers are dropped. */
  let estimates = 0;
  let measuring: Promise<unknown> | undefined;
  const fetching = new Set<string>();
  let latest: BenchmarkState | undefined;

  async function attempt<T>(
    what: BenchmarkFailure,
    name: string,
    action: () => Promise<T>,
  ): Promise<T | undefined> {
    store.setState({ problem: null });
    try {
      return await action();
    } catch (thrown) {
      const error = toErrorData(thrown);
      if (error.code !== "cancelled") store.setState({ problem: { what, name, error } });
      return undefined;
    }
  }

  const isStale = (runId: string) => {
    const finished = latest?.runs.find(({ id }) => id === runId)?.finished;
    return (
      finished !== undefined && store.getState().results[runId]?.run.results.length !== finished
    );
  };

  async function fetchResult(runId: string): Promise<void> {
    if (fetching.has(runId)) return;
    fetching.add(runId);
    try {
      while (store.getState().shown.includes(runId) && isStale(runId)) {
        const result = await call("result", runId);
        store.setState(({ results }) => ({ results: { ...results, [runId]: result } }));
        await wait(REFRESH_MS);
      }
    } catch (thrown) {
      store.setState({ problem: { what: "result", name: "", error: toErrorData(thrown) } });
    } finally {
      fetching.delete(runId);
    }
  }

  function refresh(): void {
    for (const runId of store.getState().shown) void fetchResult(runId);
  }

  const actions: BenchmarkActions = {
    async watch() {
      await attempt("watch", "", () => call("watch"));
    },
    change(change) {
      const request = { ...store.getState().request, ...change };
      estimates++;
      store.setState({ request, preview: { status: "none" } });
    },
    fit(fitting) {
      const { engines } = store.getState().request;
      if (engines.some((engine) => fitting.includes(engine))) return;
      actions.change({ engines: fitting.slice(0, 1) });
    },
    async estimate(measure) {
      const mine = ++estimates;
      if (measure) {
        measuring ??= call("measure").finally(() => {
          measuring = undefined;
        });
      }
      store.setState({ preview: { status: "loading", measuring: measuring !== undefined } });
      let preview: Preview;
      try {
        // Also of an earlier estimate: without its rates this one would know no time.
        await measuring;
        const { request } = store.getState();
        preview = { status: "ready", preview: await call("preview", request) };
      } catch (thrown) {
        preview = { status: "failed", error: toErrorData(thrown) };
      }
      if (mine === estimates) store.setState({ preview });
    },
    async start() {
      const { request, preview } = store.getState();
      // The smoke preset's lengths depend on the device: those shown with the estimate are run.
      const isShown = request.preset === "smoke" && preview.status === "ready";
      const lengths = request.lengths ?? (isShown ? lengthsOf(preview.preview) : null);
      store.setState({ starting: true });
      await attempt("start", "", async () => {
        const ids = await call("start", { ...request, lengths });
        store.setState({ shown: ids });
        refresh();
      });
      store.setState({ starting: false });
    },
    async resume(runId) {
      await attempt("resume", "", () => call("resume", runId));
    },
    async retry(runId) {
      await attempt("resume", "", () => call("retry", runId));
    },
    async stop() {
      await attempt("stop", "", () => call("stop"));
    },
    async remove(runId) {
      await attempt("remove", "", async () => {
        await call("remove", runId);
        actions.show(runId, false);
        store.setState(({ results }) => {
          const { [runId]: _, ...rest } = results;
          return { results: rest };
        });
      });
    },
    show(runId, isShown) {
      store.setState(({ shown }) => ({
        shown: isShown ? [...new Set([...shown, runId])] : shown.filter((id) => id !== runId),
      }));
      refresh();
    },
    follow(state) {
      const isFirst = latest === undefined;
      latest = state;
      const { shown } = store.getState();
      const newest = state.runs.find((run) => run.state !== "damaged");
      // Who comes back sees the newest runs that asked the same.
      if (isFirst && shown.length === 0 && newest) {
        const alike = state.runs.filter(
          (run) => run.planHash === newest.planHash && run.state !== "damaged",
        );
        store.setState({ shown: alike.map(({ id }) => id) });
      }
      refresh();
    },
    open(cell) {
      store.setState({ openCell: cell });
    },
    prompt: (runId, itemId) => call("prompt", runId, itemId),
    exportText: (runIds, format) => attempt("export", "", () => call("exportRuns", runIds, format)),
    async importFile(file) {
      await attempt("import", file.name, async () => {
        const ids = await call("importRuns", await file.text());
        for (const id of ids) actions.show(id, true);
      });
    },
    async addData(files) {
      await attempt("add-data", "", async () => {
        for (const file of files) await call("addData", file.name, file);
      });
    },
    async removeData(name) {
      await attempt("remove-data", name, () => call("removeData", name));
    },
  };
  return { store, actions };
}

/** Lengths of all tasks, ascending; null where no task has any. */
function lengthsOf({ settings }: BenchmarkPreview): number[] | null {
  const lengths = settings.grids.flatMap((grid) => ("lengths" in grid ? grid.lengths : []));
  return lengths.length > 0 ? [...new Set(lengths)].sort((a, b) => a - b) : null;
}
