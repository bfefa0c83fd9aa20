// The tokens of passages in the stream of documents that are asked: what an answer from the index recalls in every layer
// because the words of the question found it, whatever the attention of single layers says.
import { firstAtLeast } from "../first-at-least.ts";
import type { FoundRange } from "../evidence/readable.ts";
import type { StreamText } from "./find-passages.ts";

/** Passages that may lead. The fourth and fifth hold what is asked for 4 questions of 100 (results/questions-words.md) and would take the room of what attention chooses. */
const MOST_PASSAGES = 3;

/**
 * Tokens of the best passages, at most `most`, whole passages but for the first; the best first, those of a passage
 * in order. `firstToken`: of the first document, in tokens of the stream.
 */
export function passageTokens(
  found: readonly FoundRange[],
  texts: readonly Pick<StreamText, "tokenStarts">[],
  firstToken: number,
  most: number,
): number[] {
  const tokens: number[] = [];
  const bases = texts.map((_, i) =>
    texts.slice(0, i).reduce((sum, { tokenStarts }) => sum + tokenStarts.length, firstToken),
  );
  for (const { document, start, end } of found.slice(0, MOST_PASSAGES)) {
    const { tokenStarts } = texts[document]!;
    const from = Math.max(0, firstAtLeast(tokenStarts, start + 1) - 1); // a token may begin in front of the passage
    const to = firstAtLeast(tokenStarts, end);
    if (tokens.length > 0 && tokens.length + to - from > most) break;
    const until = Math.min(to, from + most);
    for (let token = from; token < until; token++) tokens.push(bases[document]! + token);
  }
  return tokens;
}
