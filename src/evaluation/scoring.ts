// From a prediction to a score, 0 to 100. Compat: upstream's matchers on the raw prediction. Sound:
// the same matchers on the text after any thinking, in NFC and without regard to case; answers that
// hedge are marked and keep their score.
import { allBoxedAnswers, boxedAnswer, cleanAnswer } from "./boxed-answer.ts";
import { editDistance } from "./edit-distance.ts";
import type { Profile, Score, ScoringRule } from "./types.ts";

export function scoreAnswer(rule: ScoringRule, rawAnswer: string, profile: Profile): Score {
  const sound = profile === "sound";
  const prediction = sound ? afterThinking(rawAnswer) : rawAnswer;
  const fold = sound ? normalised : unchanged;
  switch (rule.kind) {
    case "keyword":
      return keywordScore(prediction, [rule.keyword], rule.others, fold);
    case "keywords":
      return keywordScore(prediction, rule.keywords, rule.others, fold);
    case "soft-keyword":
      return softKeywordScore(prediction, rule.keyword, rule.needle, fold);
    case "boxed":
      return boxedScore(prediction, rule.answer, fold);
    case "answer-words":
      return answerWordsScore(prediction, rule.answer);
    case "references":
      return referencesScore(prediction, rule.references, rule.need, sound);
  }
}

/** What follows the last thinking block; nothing, if the thinking never ended. */
export function afterThinking(prediction: string): string {
  const end = prediction.lastIndexOf("</think>");
  if (end >= 0) return prediction.slice(end + "</think>".length).trim();
  const start = prediction.indexOf("<think>");
  return start < 0 ? prediction : prediction.slice(0, start).trim();
}

type Fold = (text: string) => string;
const unchanged: Fold = (text) => text;
const normalised: Fold = (text) => text.normalize("NFC").toLowerCase();

const share = (parts: readonly boolean[]): number =>
  parts.length === 0 ? 0 : (100 * parts.filter(Boolean).length) / parts.length;

function keywordScore(
  prediction: string,
  keywords: readonly string[],
  others: readonly string[],
  fold: Fold,
): Score {
  const folded = fold(prediction);
  const parts = keywords.map((keyword) => folded.includes(fold(keyword)));
  // A keyword that holds another candidate inside does not name it.
  const rest = keywords.reduce((text, keyword) => text.replaceAll(fold(keyword), " "), folded);
  const namesOther = others.some((other) => rest.includes(fold(other)));
  return {
    value: share(parts),
    extracted: prediction,
    parts,
    hedged: parts.includes(true) && namesOther,
  };
}

/** Without the keyword, up to 20 points for text near to the needle (version 1). */
function softKeywordScore(prediction: string, keyword: string, needle: string, fold: Fold): Score {
  const found = fold(prediction).includes(fold(keyword));
  const said = prediction.replace(/\s+/g, "");
  const wanted = needle.replace(/\s+/g, "");
  const longest = Math.max(said.length, wanted.length);
  const distance = editDistance(said, wanted);
  const near = longest === 0 ? 1 : 1 - distance / longest;
  return {
    value: found ? 100 : 20 * near,
    extracted: prediction,
    parts: [found],
    hedged: false,
  };
}

function boxedScore(prediction: string, answer: string, fold: Fold): Score {
  const content = boxedAnswer(prediction);
  const extracted = content === null || content === "" ? null : cleanAnswer(content);
  // Upstream makes a missing box the text "None", which no answer equals.
  const right = extracted !== null && fold(extracted.trim()) === fold(answer.trim());
  const boxes = new Set(allBoxedAnswers(prediction).map((box) => fold(box.trim())));
  const several = fold !== unchanged && boxes.size > 1;
  return { value: right ? 100 : 0, extracted, parts: [right], hedged: right && several };
}

function answerWordsScore(prediction: string, answer: string): Score {
  const said = prediction.toLowerCase();
  const parts = answer
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => said.includes(word));
  return { value: share(parts), extracted: prediction, parts, hedged: false };
}

// RULER turns control characters into line ends.
const CONTROL = /[\u0000-\u001f]/g;

function referencesScore(
  prediction: string,
  references: readonly string[],
  need: "all" | "any",
  sound: boolean,
): Score {
  const plain = prediction.replace(CONTROL, "\n").trim();
  const fold: Fold = sound ? normalised : (text) => text.toLowerCase();
  const folded = fold(plain);
  const parts = references.map((reference) => folded.includes(fold(reference)));
  const value = need === "all" ? share(parts) : parts.includes(true) ? 100 : 0;
  return { value, extracted: plain, parts, hedged: false };
}
