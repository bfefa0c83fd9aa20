// When an answer in sentences is right: an accepted answer stands in it word for word.
import { fold } from "../../engine/words/terms.ts";

/** Case, accents and punctuation do not count; whole words do. */
export function holdsAnswer(text: string, accepted: readonly string[]): boolean {
  const words = plain(text);
  return accepted.map(plain).some((answer) => answer.trim() !== "" && words.includes(answer));
}

/** Words and numbers alone, with single spaces around them. */
function plain(text: string): string {
  return ` ${fold(text)
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")
    .trim()} `;
}
