// Makes the prompt of a planned item: document, question, gold, and where every needle stands. Pure:
// the same plan, data and tokenizers give the same prompt at any time on any host, so prompts are
// rebuilt and not stored.
import { answerTokens } from "./answer-tokens.ts";
import { atcItem } from "./atc.ts";
import type { BenchmarkData } from "./benchmark-data.ts";
import type { Cl100k } from "./cl100k.ts";
import { compatDocument } from "./compat-document.ts";
import { type Prose, proseOf, seededPassage, ShuffledRecords } from "./haystack.ts";
import { drawNeedles, soundSeed } from "./needle-draws.ts";
import { isRulerTask, rulerItem } from "./ruler/ruler-item.ts";
import {
  chainDepths,
  encodePassage,
  type EncodedPassage,
  soundDocument,
} from "./sound-document.ts";
import type {
  BuiltItem,
  Language,
  ModelTokens,
  PlannedItem,
  PlanSettings,
  TaskGrid,
  UnsupportedItem,
  UnsupportedReason,
} from "./types.ts";

/** Sound: a length must hold the prompt's own tokens this often. */
const OVERHEADS = 4;

type Content = Omit<BuiltItem, "status" | "item" | "maxAnswerTokens" | "lengths"> & {
  readonly documentTokens: number | null;
  readonly cl100kTokens: number | null;
  readonly short: boolean;
};

export class ItemBuilder {
  readonly #settings: PlanSettings;
  readonly #data: BenchmarkData;
  readonly #model: ModelTokens;
  readonly #cl100k: Cl100k | null;
  readonly #records = new Map<Language, ShuffledRecords>();
  readonly #prose = new Map<Language, readonly Prose[]>();
  /** The passage of the group that is being built; items come group by group. */
  #passage: { readonly group: string; readonly encoded: EncodedPassage } | null = null;

  /** `cl100k` is needed by the compat profile's haystacks only. */
  constructor(
    settings: PlanSettings,
    data: BenchmarkData,
    model: ModelTokens,
    cl100k: Cl100k | null,
  ) {
    this.#settings = settings;
    this.#data = data;
    this.#model = model;
    this.#cl100k = cl100k;
  }

  build(item: PlannedItem): BuiltItem | UnsupportedItem {
    const reserved = answerTokens(item.task, this.#settings);
    const content = this.#content(item, reserved);
    if ("reason" in content) return { status: "unsupported", item, ...content };
    const { documentTokens, cl100kTokens, short, ...rest } = content;
    return {
      status: "ready",
      item,
      ...rest,
      maxAnswerTokens: reserved,
      lengths: {
        characters: rest.document.length,
        documentTokens: documentTokens ?? this.#model.encode(rest.document).ids.length,
        promptTokens: this.#model.promptTokens(rest.question),
        answerTokens: reserved,
        cl100kTokens,
        short,
      },
    };
  }

  #content(item: PlannedItem, reserved: number): Content | Refusal {
    const { task, length, question } = item;
    if (task === "atc") {
      if (question === null) throw new TypeError(`${item.id} has no question`);
      return this.#atc({ ...item, question });
    }
    if (length === null) throw new TypeError(`${item.id} has no length`);
    if (isRulerTask(task)) return this.#ruler({ ...item, task, length }, reserved);
    return this.#settings.profile === "sound"
      ? this.#sound({ ...item, length }, reserved)
      : this.#compat({ ...item, length });
  }

  #atc(item: PlannedItem & { readonly question: NonNullable<PlannedItem["question"]> }) {
    const atc = atcItem(item, this.#settings, this.#data);
    if (!atc) {
      return refusal("data-missing", `The list of names is too short for ${item.needles} facts.`);
    }
    return {
      document: atc.document,
      question: atc.question,
      answerStart: "",
      needles: atc.needles,
      gold: [atc.answer],
      rule: { kind: "boxed", answer: atc.answer } as const,
      seed: atc.seed,
      documentTokens: null,
      cl100kTokens: this.#cl100k?.encode(atc.document).length ?? null,
      short: false,
    };
  }

  #compat(item: PlannedItem & { readonly length: number }): Content | Refusal {
    const cl100k = this.#cl100k;
    if (!cl100k)
      throw new TypeError("the compat profile counts cl100k tokens and has no tokenizer");
    const { language } = item;
    const haystacks = this.#data.haystacks[language];
    const draw = drawNeedles(item, this.#settings, this.#data);
    if (!draw || haystacks.length === 0) return missing(item);
    let records = this.#records.get(language);
    if (!records) {
      records = new ShuffledRecords(haystacks, cl100k);
      this.#records.set(language, records);
    }
    const { buffer, depths } = this.#grid(item);
    const document = compatDocument(item, draw.needles, depths, buffer[language], records, cl100k);
    return {
      document: document.text,
      question: draw.question,
      answerStart: "",
      needles: document.needles,
      gold: draw.gold,
      rule: draw.rule,
      seed: draw.seed,
      documentTokens: null,
      cl100kTokens: document.cl100kTokens,
      short: document.short,
    };
  }

  #sound(item: PlannedItem & { readonly length: number }, reserved: number): Content | Refusal {
    const { language, length } = item;
    const model = this.#model;
    const draw = drawNeedles(item, this.#settings, this.#data);
    if (!draw || this.#data.haystacks[language].length === 0) return missing(item);
    const needleTokens = draw.needles.reduce((n, text) => n + model.encode(text).ids.length, 0);
    const prompt = model.promptTokens(draw.question);
    const budget = length - prompt - reserved;
    if (
      length < OVERHEADS * (prompt + needleTokens) ||
      budget - needleTokens < length / OVERHEADS
    ) {
      return refusal(
        "length-too-short",
        `${length} tokens leave too little text around a prompt of ${prompt}, needles of ${needleTokens} and an answer of ${reserved} tokens.`,
      );
    }
    const { depths } = this.#grid(item);
    const wanted =
      item.task === "m-rt"
        ? depths
        : item.task === "m-rs"
          ? chainDepths(item.depth ?? 0, draw.needles.length)
          : [item.depth ?? 0];
    const placements = draw.needles.map((text, i) => ({ depth: wanted[i]!, text }));
    const document = soundDocument(this.#groupPassage(item), placements, budget, language, model);
    if (!document) {
      return refusal(
        "haystack-too-short",
        `There is not enough text for ${length} tokens without repeating it. Add a longer text.`,
      );
    }
    return {
      document: document.text,
      question: draw.question,
      answerStart: "",
      needles: document.needles,
      gold: draw.gold,
      rule: draw.rule,
      seed: draw.seed,
      documentTokens: document.tokens,
      cl100kTokens: null,
      short: false,
    };
  }

  #ruler(
    item: PlannedItem & {
      readonly length: number;
      readonly task: Parameters<typeof rulerItem>[0]["task"];
    },
    reserved: number,
  ): Content | Refusal {
    const seed = soundSeed(item, this.#settings);
    const source = {
      haystacks: this.#data.haystacks.en,
      questionSets: this.#data.questionSets,
    };
    const outcome = rulerItem(item, source, seed, reserved, this.#model);
    switch (outcome.status) {
      case "data-missing":
        return missing(item);
      case "length-too-short":
        return refusal(
          outcome.status,
          `Not even the shortest prompt fits into ${item.length} tokens.`,
        );
      case "haystack-too-short":
        return refusal(outcome.status, `There is not enough material for ${item.length} tokens.`);
      case "ready": {
        const { prompt } = outcome;
        const total = Math.max(1, prompt.document.length);
        return {
          ...prompt,
          needles: prompt.needles.map((needle) => ({
            ...needle,
            depth: (100 * needle.start) / total,
          })),
          seed,
          documentTokens: null,
          cl100kTokens: null,
          short: false,
        };
      }
    }
  }

  #groupPassage(item: PlannedItem & { readonly length: number }): EncodedPassage {
    if (this.#passage?.group !== item.group) {
      const { language, length, group } = item;
      const name = `${this.#settings.seed}/${group}`;
      let prose = this.#prose.get(language);
      if (!prose) {
        prose = this.#data.haystacks[language].map((haystack) => proseOf(haystack, language));
        this.#prose.set(language, prose);
      }
      const passage = seededPassage(prose, name);
      this.#passage = { group, encoded: encodePassage(passage, length, this.#model) };
    }
    return this.#passage.encoded;
  }

  #grid(item: PlannedItem): TaskGrid & { readonly task: "s-rt" | "m-rt" | "m-rs" } {
    const grid = this.#settings.grids.find(({ task }) => task === item.task);
    if (grid?.task !== "s-rt" && grid?.task !== "m-rt" && grid?.task !== "m-rs") {
      throw new TypeError(`${item.id} is not of this plan`);
    }
    return grid;
  }
}

interface Refusal {
  readonly reason: UnsupportedReason;
  readonly message: string;
}

const refusal = (reason: UnsupportedReason, message: string): Refusal => ({ reason, message });

function missing({ task, language }: PlannedItem): Refusal {
  return refusal(
    "data-missing",
    `${task} (${language}) needs data that is not there. Load the benchmark's files or a text.`,
  );
}
