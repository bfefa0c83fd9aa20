// The text of the kill runs: a piece of a book with one planted sentence.
export const KILL_QUESTION = {
  question: "What is the secret code of the green lantern?",
  answer: "73194",
};

export function killText(book: string): string {
  const sentence = `The secret code of the green lantern is ${KILL_QUESTION.answer}.`;
  return `${book.slice(0, 1400)}\n\n${sentence}\n\n${book.slice(1400, 2400)}`;
}
