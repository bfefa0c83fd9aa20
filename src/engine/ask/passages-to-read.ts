// Which of the passages found an answerer reads, with the names of their places.
import type { FoundRange } from "../evidence/readable.ts";
import { chooseReread } from "../passages/reread-passages.ts";
import type { Answerer, Passage } from "./answerer.ts";
import type { AskedText } from "./asked-texts.ts";
import { asRead } from "./reread-answer.ts";

/** The best passages of all documents within what the answerer reads, in the order of the documents. */
export function passagesToRead(
  found: readonly FoundRange[],
  documents: readonly AskedText[],
  { limits, countTokens }: Pick<Answerer, "limits" | "countTokens">,
): Passage[] {
  const labelled = documents.length > 1;
  const longest = labelled ? documents.map(({ title }) => title).sort(byLength)[0]! : "";
  const least = limits.leastShare * (found[0]?.weight ?? 0);
  const close = found.filter(({ weight }) => weight >= least);
  const chosen = chooseReread(close, documents, limits, (text, place) =>
    countTokens(asRead({ text, label: `${longest} ${place ?? ""}`.trim() })),
  );
  return chosen.map((passage) => {
    const { documentId, title } = documents[passage.document]!;
    const label = [labelled ? title : undefined, passage.place].filter(Boolean).join(", ");
    return { ...passage, documentId, label };
  });
}

const byLength = (a: string, b: string) => b.length - a.length;
