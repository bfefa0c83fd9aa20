// The tasks of the model's evaluation in documents far beyond its trained context: what is planted where in
// stretches of a book, and what is asked. The file is made by training/inkspan_train/long_documents.py; this
// puts the documents together. Not here: asking (needles.ts).

export interface TaskFile {
  /** File name under public/sample. */
  readonly book: string;
  readonly seed: number;
  readonly lengths: readonly {
    readonly tokens: number;
    readonly documents: readonly TaskStretch[];
  }[];
}

interface TaskStretch {
  /** Characters of the book. */
  readonly begin: number;
  readonly end: number;
  /** Character of the stretch, at the end of a sentence, and what stands behind it. */
  readonly statements: readonly (readonly [place: number, text: string])[];
  readonly questions: readonly {
    readonly task: string;
    /** Questions that count together. */
    readonly group: string;
    readonly question: string;
    readonly answer: string;
    /** Where the answer stands: a statement, characters of the stretch, or nowhere. */
    readonly statement?: number;
    readonly place?: readonly [start: number, end: number];
  }[];
}

export interface TaskQuestion {
  readonly task: string;
  readonly group: string;
  readonly question: string;
  readonly answer: string;
  /** Characters of the document; undefined where the text has no answer. */
  readonly evidence: { readonly start: number; readonly end: number } | undefined;
}

export interface TaskDocument {
  readonly text: string;
  readonly questions: readonly TaskQuestion[];
}

export function taskDocument(book: string, stretch: TaskStretch): TaskDocument {
  const bare = book.slice(stretch.begin, stretch.end);
  const order = [...stretch.statements.keys()].sort(
    (a, b) => stretch.statements[a]![0] - stretch.statements[b]![0] || a - b,
  );
  const planted: { start: number; end: number }[] = [];
  let text = "";
  let used = 0;
  for (const statement of order) {
    const [place, words] = stretch.statements[statement]!;
    text += `${bare.slice(used, place)} `;
    used = place;
    planted[statement] = { start: text.length, end: text.length + words.length };
    text += words;
  }
  text += bare.slice(used);
  const shifted = (place: number) =>
    stretch.statements.reduce(
      (at, [before, words]) => at + (before <= place ? words.length + 1 : 0),
      place,
    );
  const questions = stretch.questions.map(({ statement, place, ...question }) => ({
    ...question,
    evidence:
      statement !== undefined
        ? planted[statement]
        : place && { start: shifted(place[0]), end: shifted(place[0]) + place[1] - place[0] },
  }));
  return { text, questions };
}
