import { expect, test } from "vitest";
import type { Answer, Evidence } from "../api.ts";
import type { Asked } from "../ask/ask-documents.ts";
import { WordIndexBuilder } from "../words/word-index.ts";
import { makesOverviews, writesOverviews } from "./making-models.ts";
import { isRight, OverviewMaker } from "./overview-maker.ts";
import type { OverviewVoice } from "./overview-voice.ts";
import { parseOverview } from "./types.ts";

const CANDIDATE = {
  question: "What is a muscle relaxant?",
  expected: "drug that affects skeletal muscle function",
  start: 100,
  end: 180,
};

const PASSAGE: Evidence = {
  ...{ documentId: "d", start: 90, end: 200, text: "", weight: 1, strength: "strong" },
};

function answer(text: string, change: Partial<Answer> = {}) {
  return {
    text,
    stopped: "end",
    evidence: [PASSAGE],
    grounding: {
      state: "supported",
      kind: "support",
      citations: [{ start: 0, end: text.length, passages: [0] }],
    },
    ...change,
  } as const;
}

test("an answer is right when it says of the very sentence what was asked and nothing else", () => {
  expect(isRight(answer("A drug that affects skeletal muscle function."), CANDIDATE)).toBe(true);
  expect(isRight(answer("A drug."), CANDIDATE)).toBe(true);
  expect(isRight(answer("A drug of the ancient Greeks."), CANDIDATE)).toBe(false);
  expect(isRight(answer("A muscle relaxant."), CANDIDATE), "says nothing").toBe(false);
  expect(isRight(answer(""), CANDIDATE)).toBe(false);
  expect(isRight(answer("A drug", { stopped: "length" }), CANDIDATE)).toBe(false);
  const elsewhere = [{ ...PASSAGE, start: 300, end: 400 }];
  expect(isRight(answer("A drug.", { evidence: elsewhere }), CANDIDATE)).toBe(false);
  const { grounding } = answer("A drug.");
  for (const change of [{ state: "partly" }, { kind: "closest" }, { citations: [] }] as const) {
    const other = { grounding: { ...grounding, ...change } };
    expect(isRight(answer("A drug.", other), CANDIDATE)).toBe(false);
  }
});

test("a stored overview is taken as it was made, or not at all", () => {
  const good = { language: "en", summary: "It is red.", questions: ["What is it?"] };
  expect(parseOverview(good)).toEqual(good);
  const { summary: _, ...earlier } = good;
  expect(parseOverview(earlier), "of an earlier release").toEqual({ ...good, summary: null });
  for (const bad of [
    null,
    [],
    { ...good, language: "xx" },
    { ...good, summary: "" },
    { ...good, summary: 1 },
    { ...good, questions: [""] },
    { ...good, questions: ["x".repeat(301)] },
    { ...good, questions: [1] },
  ]) {
    expect(parseOverview(bad)).toBeUndefined();
  }
});

const BRIDGE = "Le pont du Tarn fut terminé en 1882 par les équipes du constructeur Paul Moreau.";
const LINES = Array.from(
  { length: 40 },
  (_, i) =>
    `Le pont du Tarn porte dans son arche ${i} la route de la vallée vers les villages du sud.`,
);
const FRENCH = [BRIDGE, ...LINES].join("\n\n");

function askedOf(text: string): Asked {
  const builder = new WordIndexBuilder();
  builder.add(text);
  const document = { documentId: "d", title: "Tarn", text, words: builder.finish() };
  return { documents: [document] } as unknown as Asked;
}

/** Answers with the sentence that a question was written of, and cites it. */
function voice(written: (instruction: string) => string | undefined, text = FRENCH) {
  const heard: string[] = [];
  let sentence = "";
  const told: OverviewVoice = {
    answer(_asked, question) {
      heard.push(question);
      const start = text.indexOf(sentence);
      const evidence = [{ ...PASSAGE, start, end: start + sentence.length }];
      return Promise.resolve({ ...answer(sentence), evidence } as unknown as Answer);
    },
    write(instruction, signal) {
      signal.throwIfAborted();
      sentence = instruction.split("\n\n").at(-1)!;
      return Promise.resolve({ text: written(instruction) ?? "", stopped: "end" });
    },
  };
  return { told, heard };
}

async function make(maker: OverviewMaker, asked: Asked, signal = new AbortController().signal) {
  for (;;) {
    const made = await maker.step(asked, signal);
    if (made) return made;
  }
}

const isSummary = (instruction: string) => instruction.startsWith("These are sentences");

test("a model that writes makes a summary and questions of a text in another language", async () => {
  const summary = "Le pont du Tarn fut terminé en 1882 par le constructeur Paul Moreau.";
  let count = 0;
  const { told, heard } = voice((instruction) =>
    isSummary(instruction) ? summary : `Que porte l'arche ${count++} du pont ?`,
  );
  const made = await make(new OverviewMaker(told), askedOf(FRENCH));
  expect(made.language).toBeNull();
  expect(made.summary).toBe(summary);
  expect(made.questions.length).toBeGreaterThan(0);
  for (const question of made.questions) expect(heard).toContain(question);
});

test.each([
  [
    "La tour se trouve à Paris et fut dessinée par Gustave Eiffel pour une exposition.",
    "not in the text",
  ],
  ["- Le pont du Tarn fut terminé en 1882 par le constructeur Paul Moreau.", "a list"],
  ["Le pont.", "too short"],
  ["Le pont du Tarn porte la route de la vallée. ".repeat(20), "too long"],
  ["The text does not say what it is about, so there is no summary of it.", "none"],
])("no summary is kept that is %s", async (text) => {
  const { told } = voice((instruction) => (isSummary(instruction) ? text : ""));
  expect(await make(new OverviewMaker(told), askedOf(FRENCH))).toMatchObject({
    summary: null,
    questions: [],
  });
});

test("what is given up in the middle is written again", async () => {
  const summary = "Le pont du Tarn fut terminé en 1882 par le constructeur Paul Moreau.";
  const abort = new AbortController();
  let isFirst = true;
  const { told } = voice((instruction) => {
    if (!isSummary(instruction)) return "";
    if (isFirst) abort.abort(new Error("somebody asks"));
    isFirst = false;
    return summary;
  });
  const maker = new OverviewMaker(told);
  const asked = askedOf(FRENCH);
  await expect(make(maker, asked, abort.signal)).rejects.toThrow("somebody asks");
  expect((await make(maker, asked)).summary).toBe(summary);
});

test("a model that only answers writes nothing, and leaves other languages alone", async () => {
  const { told } = voice(() => "");
  const made = await make(new OverviewMaker({ ...told, write: null }), askedOf(FRENCH));
  expect(made).toEqual({ language: null, summary: null, questions: [] });
});

test("which models make overviews, and which of them write", () => {
  const model = (style: string, parameters: number) =>
    ({ loaded: { prompt: { style }, parameters } }) as unknown as Parameters<
      typeof writesOverviews
    >[0];
  const nano = model("document-question-answer", 1.6e6);
  const small = model("chatml", 134.5e6);
  const larger = model("chatml", 494e6);
  expect([nano, small, larger].map(makesOverviews)).toEqual([false, true, true]);
  expect([nano, small, larger].map(writesOverviews)).toEqual([false, false, true]);
});
