// Scores of answered questions: where the true passage stood among those shown, how much was shown,
// whether the answer was right. By kind and over all.
import { holdsAnswer } from "./holds-answer.ts";
import type { ArmAnswer } from "./question-arms.ts";
import type { TextQuestion, TextRange } from "./questions-text.ts";

export interface ScoredQuestion {
  readonly kind: string;
  readonly question: string;
  /** Place of the first true passage, from 1; 0 where none was shown; null where the text has none. */
  readonly rank: number | null;
  /** Place of the first passage that holds an accepted answer word for word; null as above. */
  readonly answerRank: number | null;
  /** Of the first 1, 3 and 5 passages. */
  readonly characters: readonly [number, number, number];
  /** Null for an arm that does not answer. */
  readonly isRight: boolean | null;
}

export interface QuestionRow {
  readonly arm: string;
  readonly kind: string;
  readonly questions: number;
  /** Questions whose evidence is in the text. */
  readonly placed: number;
  /** Of the placed: a true passage among the first 1, 3, 5. */
  readonly found: readonly [number, number, number];
  /** Of the placed: an accepted answer stands word for word in the first 1, 3, 5. */
  readonly answerShown: readonly [number, number, number];
  /** Characters shown, mean. */
  readonly characters: readonly [number, number, number];
  /** Null for an arm that does not answer. What the text does not tell is right when no passage is claimed to tell it. */
  readonly right: number | null;
  /** Of the questions whose evidence was among the five. */
  readonly rightWhenFound: number | null;
}

const SHOWN = [1, 3, 5] as const;

export function scoreQuestion(
  text: string,
  { kind, question, answers, evidence }: TextQuestion,
  { passages, answer, isAbsent, isClaimed = true }: ArmAnswer,
): ScoredQuestion {
  const place = (test: (range: TextRange) => boolean) =>
    evidence.length === 0 ? null : passages.findIndex(test) + 1;
  return {
    kind,
    question,
    rank: place(({ start, end }) => evidence.some((one) => start < one.end && end > one.start)),
    answerRank: place(({ start, end }) => holdsAnswer(text.slice(start, end), answers)),
    characters: three(SHOWN.map((most) => shown(passages, most))),
    isRight:
      answer === undefined
        ? null
        : evidence.length === 0
          ? (isAbsent ?? false) || !isClaimed
          : !(isAbsent ?? false) && holdsAnswer(answer, answers),
  };
}

/** One row for each kind, and one over all. */
export function questionRows(arm: string, scored: readonly ScoredQuestion[]): QuestionRow[] {
  const kinds = [...new Set(scored.map(({ kind }) => kind))];
  const rows = kinds.map((kind) =>
    rowOf(
      arm,
      kind,
      scored.filter((one) => one.kind === kind),
    ),
  );
  return [...rows, rowOf(arm, "all", scored)];
}

function rowOf(arm: string, kind: string, scored: readonly ScoredQuestion[]): QuestionRow {
  const placed = scored.filter(({ rank }) => rank !== null);
  const among = (rank: number | null, most: number) => rank !== null && rank > 0 && rank <= most;
  const count = (pick: (one: ScoredQuestion) => number | null) =>
    SHOWN.map((most) => placed.filter((one) => among(pick(one), most)).length);
  const answers = scored.some(({ isRight }) => isRight !== null);
  const right = (list: readonly ScoredQuestion[]) => list.filter(({ isRight }) => isRight).length;
  return {
    arm,
    kind,
    questions: scored.length,
    placed: placed.length,
    found: three(count(({ rank }) => rank)),
    answerShown: three(count(({ answerRank }) => answerRank)),
    characters: three(
      [0, 1, 2].map((i) =>
        Math.round(scored.reduce((sum, one) => sum + one.characters[i]!, 0) / scored.length),
      ),
    ),
    right: answers ? right(scored) : null,
    rightWhenFound: answers ? right(placed.filter(({ rank }) => among(rank, 5))) : null,
  };
}

function three(list: readonly number[]): readonly [number, number, number] {
  return [list[0]!, list[1]!, list[2]!];
}

function shown(passages: readonly TextRange[], most: number): number {
  return passages.slice(0, most).reduce((sum, { start, end }) => sum + end - start, 0);
}
