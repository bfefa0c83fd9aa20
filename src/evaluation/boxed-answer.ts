// The answer in the last \boxed{…} of a prediction, found and cleaned by upstream's rules.

/** Content of the last `\boxed{…}` with balanced braces; `null` without one, or when it stays open. */
export function boxedAnswer(text: string): string | null {
  const start = text.lastIndexOf("\\boxed");
  if (start < 0) return null;
  return contentFrom(text, start);
}

/** The contents of all boxes that close, in order. */
export function allBoxedAnswers(text: string): string[] {
  const contents: string[] = [];
  for (let at = text.indexOf("\\boxed"); at >= 0; at = text.indexOf("\\boxed", at + 1)) {
    const content = contentFrom(text, at);
    if (content !== null) contents.push(cleanAnswer(content));
  }
  return contents;
}

const OPENING = "\\boxed{";

function contentFrom(text: string, start: number): string | null {
  if (!text.startsWith(OPENING, start)) return null;
  let open = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "{") open++;
    if (text[i] !== "}") continue;
    open--;
    if (open === 0) return withoutBraces(text.slice(start + OPENING.length, i));
  }
  return null;
}

/** One extra pair: \boxed{{…}} on one line. */
function withoutBraces(content: string): string {
  return /^\{(.*)\}$/.exec(content)?.[1] ?? content;
}

export function cleanAnswer(content: string): string {
  return content
    .replace(/\\text\{([^}]+)\}/g, "$1")
    .replace(/\\boxed\{([^}]+)\}/g, "$1")
    .replace(/\\[[\]]/g, "")
    .replaceAll("\\", "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/["']/g, "")
    .replaceAll("~", " ");
}
