// Several questions in one message, to a model that knows one question at a time: asked one after the other, each
// with its own passages and those before it as earlier turns; answered in numbered lines.
import type { Answer, AnswerGrounding, AnswerStats, Evidence } from "../api.ts";
import { EngineError } from "../errors.ts";
import type { AnswerRequest } from "./write-answer.ts";

/** Of each question; passages that are cited come on top. */
const SHOWN_PASSAGES = 3;

/**
 * At least one question. `ask` answers one; `maxTokens` of the request holds for each. Throws what `ask` throws, but keeps what
 * was answered before a `cancelled`.
 */
export async function askInTurn<R extends AnswerRequest>(
  questions: readonly string[],
  request: R,
  ask: (request: R) => Promise<Answer>,
): Promise<Answer> {
  const answers: Answer[] = [];
  const history = [...request.history];
  for (const [i, question] of questions.entries()) {
    request.onText(`${i === 0 ? "" : "\n"}${label(i)}`);
    const answer = await ask({ ...request, question, history }).catch((error: unknown) => {
      const isLeft = error instanceof EngineError && error.code === "cancelled" && i > 0;
      if (isLeft) return undefined; // what was answered before it stays
      throw error;
    });
    if (!answer) return { ...inOne(answers), stopped: "cancelled" };
    answers.push(answer);
    if (answer.stopped === "cancelled") break;
    history.push({ question, answer: answer.text });
  }
  return inOne(answers);
}

const label = (i: number): string => `${i + 1}. `;

function inOne(answers: readonly Answer[]): Answer {
  const first = answers[0]!;
  const lines = answers.map(({ text }, i) => label(i) + text);
  const evidence = sharedEvidence(answers);
  const placeOf = (shown: Evidence) => evidence.findIndex((one) => isSame(one, shown));
  let at = 0;
  const citations = answers.flatMap(({ text, grounding, evidence: own }, i) => {
    const from = at + label(i).length;
    at = from + text.length + 1;
    return grounding.citations.map(({ start, end, passages }) => ({
      start: from + start,
      end: from + end,
      passages: passages.map((place) => placeOf(own[place]!)),
    }));
  });
  const open = answers.find(({ grounding }) => grounding.closest !== undefined);
  const closest = open?.grounding.closest;
  return {
    ...first,
    text: lines.join("\n"),
    evidence,
    grounding: {
      state: sharedState(answers.map(({ grounding }) => grounding.state)),
      kind: answers.some(({ grounding }) => grounding.kind === "support") ? "support" : "closest",
      citations,
      ...(open && closest
        ? { closest: { ...closest, passage: placeOf(open.evidence[closest.passage]!) } }
        : {}),
    },
    stopped: answers.find(({ stopped }) => stopped !== "end")?.stopped ?? "end",
    stats: sharedStats(answers.map(({ stats }) => stats)),
  };
}

const isSame = (a: Evidence, b: Evidence): boolean =>
  a.documentId === b.documentId && a.start === b.start && a.end === b.end;

/** The best of every question, then the second of every one. */
function sharedEvidence(answers: readonly Answer[]): Evidence[] {
  const shown = answers.map(({ evidence, grounding }) => {
    const { citations, closest } = grounding;
    const kept = new Set([...citations.flatMap(({ passages }) => passages), closest?.passage]);
    return evidence.map((one, place) => (place < SHOWN_PASSAGES || kept.has(place) ? one : null));
  });
  const all: Evidence[] = [];
  const places = Math.max(...shown.map((list) => list.length));
  for (let place = 0; place < places; place++) {
    for (const list of shown) {
      const one = list[place];
      if (one && !all.some((before) => isSame(before, one))) all.push(one);
    }
  }
  return all;
}

type State = AnswerGrounding["state"];

function sharedState(states: readonly State[]): State {
  const has = (state: State) => states.includes(state);
  if (has("partly") || (has("supported") && has("unsupported"))) return "partly";
  const order: readonly State[] = ["supported", "unsupported", "absent"];
  return order.find(has) ?? "unclaimed";
}

function sharedStats(all: readonly AnswerStats[]): AnswerStats {
  const first = all[0]!;
  const sum = (of: (stats: AnswerStats) => number) => all.reduce((n, stats) => n + of(stats), 0);
  const answerTokens = sum((stats) => stats.answerTokens);
  const seconds = sum((stats) =>
    stats.tokensPerSecond > 0 ? stats.answerTokens / stats.tokensPerSecond : 0,
  );
  return {
    documentTokens: first.documentTokens,
    recomputedDocumentTokens: sum((stats) => stats.recomputedDocumentTokens),
    rereadTokens: sum((stats) => stats.rereadTokens),
    promptTokens: sum((stats) => stats.promptTokens),
    answerTokens,
    spansRecalled: sum((stats) => stats.spansRecalled),
    timeToFirstTokenMs: first.timeToFirstTokenMs,
    tokensPerSecond: seconds > 0 ? answerTokens / seconds : 0,
  };
}
