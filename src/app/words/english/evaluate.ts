// What the evaluation says, in English. Names of the field (NeedleBench, RULER, S-RT) are no words.
import type { BenchmarkRunSummary, EngineName, NeedleBench } from "../../../../workers/protocol.ts";
import type { BenchmarkFailure } from "../../../state/index.ts";

interface Named {
  readonly name: string;
  readonly note: string;
}

const engines: Readonly<Record<EngineName, Named>> = {
  ltri: { name: "Span index", note: "what the app uses: spans found by attention, recalled" },
  shadowkv: {
    name: "Low-rank keys",
    note: "exact reading, keys by low rank, up to the trained context (ShadowKV)",
  },
  "shadowkv-plus": {
    name: "Low-rank keys, of answers too",
    note: "like ShadowKV, keys of question and answer by low rank as well (ShadowKV+)",
  },
  "shadowkv-deferred": {
    name: "Low-rank keys, chosen late",
    note: "like ShadowKV, each token with the choices of those before it; not the paper's method",
  },
  "shadowkv-int8": {
    name: "Low-rank keys, int8 values",
    note: "like ShadowKV, with all values in 8 bits on the device; not the paper's method",
  },
  infllm: { name: "Fixed blocks", note: "recalled blocks of equal length (InfLLM)" },
  streaming: { name: "Window", note: "first tokens and the newest ones (StreamingLLM)" },
  full: { name: "Full attention", note: "every token, up to the trained context" },
  recurrent: { name: "Recurrent state", note: "one state of fixed size; Rodimus models only" },
};

const presets: Readonly<Record<NeedleBench.Preset, Named>> = {
  smoke: { name: "Smoke", note: "6 prompts, about a minute on this device" },
  quick: { name: "Quick", note: "128 prompts over all four tasks" },
  standard: { name: "Standard", note: "920 prompts, up to 4,000 tokens" },
  full: { name: "Full", note: "the whole published set; days on a slow device" },
};

const tasks: Readonly<Record<NeedleBench.NeedleTask, string>> = {
  "s-rt": "Single retrieval",
  "m-rt": "Multiple retrieval",
  "m-rs": "Multiple reasoning",
  atc: "Ancestral trace",
};

const languages: Readonly<Record<NeedleBench.Language | "all", string>> = {
  en: "English",
  zh: "Chinese",
  all: "All languages",
};

const runStates: Readonly<Record<BenchmarkRunSummary["state"], string>> = {
  running: "Running",
  waiting: "Waiting",
  stopped: "Stopped",
  complete: "Complete",
  damaged: "Damaged",
};

const failures: Readonly<Record<BenchmarkFailure, (name: string) => string>> = {
  watch: () => "The runs could not be listed",
  result: () => "The results of a run could not be read",
  start: () => "The benchmark could not be started",
  resume: () => "The run could not be resumed",
  stop: () => "The benchmark could not be stopped",
  remove: () => "The run could not be deleted",
  export: () => "The results could not be exported",
  import: (name) => `“${name}” could not be imported`,
  "add-data": () => "The data could not be added",
  "remove-data": (name) => `“${name}” could not be removed`,
};

export const evaluation = {
  title: "Evaluate",
  explain:
    "How well the loaded model finds and combines facts in long texts, by the field’s own tests and on this device. Nothing leaves it.",
  engines,
  presets,
  tasks,
  overall: "Overall",
  languages,
  runStates,
  failures,
  rereading: (engine: string) => `${engine}, passages read again`,
  setup: {
    title: "New run",
    size: "Size",
    engines: "Attention engines, side by side",
    more: "Tasks, lengths and rules",
    suite: "Suite",
    rules: "Rules",
    profiles: {
      sound: "Sound: known flaws repaired",
      compat: "Compatible: as published, flaws included",
    },
    answerMode: "Answers",
    answerModes: { recalled: "From the index", reread: "Passages found are read again" },
    tasks: "Tasks",
    languages: "Languages",
    lengths: "Lengths, tokens",
    depths: "Depths, per cent",
    asTheSize: "as the size has them",
    wholeNumbers: (least: string, most: string) =>
      `Whole numbers from ${least} to ${most}, with commas between them.`,
    seed: "Seed",
    start: "Start",
  },
  estimate: {
    label: "Estimate",
    noModel: "The model is not available.",
    later: "The estimate follows when the model has loaded.",
    measuring: "Measuring this device…",
    estimating: "Estimating…",
    prompts: (count: string) => `${count} prompts`,
    reads: (engines: number, tokens: string, lengths: string) =>
      `${engines > 1 ? ` for each of ${engines} engines` : ""}, to read ${tokens} tokens${lengths && ` (lengths ${lengths})`}.`,
    measure: "Measure this device to know the time",
    time: (time: string) => `About ${time} on this device.`,
    unfit: (names: string) =>
      `${names}: cannot work with what this model keeps of a text; such cells get a reason and no score.`,
    cannotTake: (engine: string, count: string) => `${engine} cannot take ${count} of them`,
    tooLong: (engines: string) => `${engines}: longer than the trained context.`,
  },
  data: {
    title: "Data",
    explain:
      "The texts around the facts are public-domain books that come with this page. The benchmark’s own files (needles.jsonl, names.json, PaulGrahamEssays.jsonl, zh_finance.jsonl) or other texts may be added; they stay in this browser.",
    list: "Data files",
    official: "official",
    unofficial: "not the official file",
    remove: "Remove",
    add: "Add data files…",
    input: "Data file",
  },
  progress: {
    title: "Running",
    answered: (done: string, all: string) => `${done} of ${all} answered`,
    waiting: (count: number) =>
      count === 1 ? "1 more engine waiting" : `${count} more engines waiting`,
    stop: "Stop",
    answersOf: (name: string) => `Answers of ${name}`,
    phases: { reading: "Reading", answering: "Answering" },
  },
  runs: {
    title: "Runs",
    none: "No run yet. Start one, or import a result.",
    looking: "Looking for earlier runs…",
    list: "Benchmark runs",
    name: (engine: string, day: string) => `${engine} of ${day}`,
    show: "Show",
    unreadable: "Unreadable run",
    resume: "Resume",
    retry: "Try errors again",
    retryOf: (name: string) => `Try errors again: ${name}`,
    delete: "Delete",
    deleteTitle: "Delete run?",
    deleteText: (count: string) =>
      `The ${count} answers of this run are removed from this browser. Export it first if it may be needed.`,
    keep: "Keep run",
    deleteRun: "Delete run",
    of: (done: string, all: string) => `${done} of ${all}`,
    custom: "custom",
    profiles: { sound: "sound", compat: "as published" },
    imported: "imported",
    import: "Import…",
    input: "Result file",
    formats: {
      json: { label: "Export JSON", note: "Everything; can be imported again" },
      csv: { label: "Export CSV", note: "One line per answer" },
      "pivot-csv": { label: "Grids CSV", note: "The maps as tables" },
      "needle-json": {
        label: "Needle JSON",
        note: "For tools that read single needles in the format of the first such test",
      },
    },
  },
  results: {
    region: (title: string) => `Results: ${title}`,
    rules: { sound: "sound rules", compat: "published rules" },
    differing: "These runs asked different questions: compare them by their intervals only.",
    map: "Map",
    tableLabel: "Scores of 100 by task, with 95 % intervals",
    score: "Score of 100",
    factCount: (count: string) => `${count} facts`,
    evidenceRecall: "Evidence recall",
    outcomes: "Answered, cannot run, failed",
    upstream: "As the published program prints Overall",
    rulerTask: "Task, by length",
    mean: "Mean",
    effectiveLength: (length: string) => `Effective length (mean above 85.6): ${length}`,
    none: "none",
    trace: "Ancestral trace: score by chained facts",
    traceTable: "Ancestral trace by number of facts",
    facts: "Facts",
    plot: "Curves; the table below has the values",
    plotScore: "Score",
  },
  map: {
    keys: { pending: "… to do", unsupported: "n/a cannot run", error: "! failed" },
    save: (title: string) => `Save ${title} as PNG`,
    corner: "Depth, by length in tokens",
    picture: (task: string) => `${task}: depth by length in tokens`,
    place: (tokens: string, depth: string) => `${tokens} tokens, depth ${depth}`,
    pending: "not answered yet",
    unsupported: "cannot run here.",
    error: "failed.",
    scored: (score: string, interval: string) => `${score} of 100 (${interval})`,
  },
  item: {
    list: "Items",
    tokens: (count: string) => `${count} tokens`,
    depth: (depth: string) => `depth ${depth}`,
    notYet: "Not answered yet.",
    unsupported: "Cannot run here.",
    failed: "Failed.",
    score: (score: string) => `${score} of 100`,
    cut: "the answer was cut at its limit",
    hedged: "it names other candidates too",
    question: "Question",
    answer: "Answer",
    expected: "Expected",
    compared: "Compared",
    evidence: "Evidence",
    noSpans: "this engine keeps no spans",
    attended: (share: string) => `${share} of the fact’s tokens were attended to`,
    tokensLabel: "Tokens",
    tokensOf: (text: string, anew: string, around: string, answered: string) =>
      `${text} in the text (${anew} read anew), ${around} around it, ${answered} answered`,
    time: "Time",
    times: (read: string, answer: string) => `${read} to read, ${answer} to answer`,
    seed: "Seed",
    rule: "Rule",
    prompt: "Prompt",
    engineSettings: "Engine settings",
    building: "Building the prompt…",
    showText: "Show the text around the facts",
    text: "Text around the facts",
    at: (depth: string, isNeeded: boolean) =>
      `At ${depth} of the text${isNeeded ? "" : ", not needed for the answer"}:`,
  },
};
