// Sentences of another part of the program in a language of the app. The engine says what happened in
// English and knows no languages; a table gives each of its sentences, `{}` where something is filled in,
// in another one. What is filled in may be a sentence of the table itself, or a list of them.

/** English to the other language; both have the same number of `{}`, in the same order. */
export type SentenceTable = Readonly<Record<string, string>>;

const HOLE = "{}";
/** A sentence in a sentence in a sentence; deeper ones the engine does not say. */
const MAX_DEPTH = 4;
/** Longer messages are not the engine's own words. */
const MAX_LENGTH = 4_000;

/** An entry that begins in the middle of a sentence and has fewer letters is a part of others. */
const TELLING_LETTERS = 7;

interface Pattern {
  readonly form: RegExp;
  readonly own: readonly string[];
  /** Of the words in it. */
  readonly letters: number;
  readonly isPart: boolean;
  /** Of each place that is filled in: in quotes or before the first colon stands somebody's own word. */
  readonly isName: readonly boolean[];
}

/** Gives null for what stands in no sentence of the table. */
export function sentenceTranslator(table: SentenceTable): (said: string) => string | null {
  let patterns: readonly Pattern[] | undefined;
  const translate = (said: string, depth: number): string | null => {
    const whole = table[said];
    if (whole !== undefined) return whole;
    if (depth > MAX_DEPTH) return null;
    patterns ??= patternsOf(table);
    const fill = ({ own, isName }: Pattern, values: readonly string[]): string => {
      const filled = values.map((value, i) =>
        isName[i] ? value : (translate(value, depth + 1) ?? listed(value, depth)),
      );
      return own.map((part, i) => part + (filled[i] ?? "")).join("");
    };
    const bare: [Pattern, string[]][] = [];
    for (const pattern of patterns) {
      if (depth === 0 && pattern.isPart) continue;
      const values = pattern.form.exec(said)?.slice(1);
      if (!values) continue;
      if (pattern.letters > 0) return fill(pattern, values);
      bare.push([pattern, values]);
    }
    // `{}: {}` fits anything: it is a sentence only where its end is one.
    const end = (values: readonly string[]) => values.at(-1) ?? "";
    const [pattern, values] =
      bare.find(([, one]) => table[end(one)] !== undefined) ??
      bare.find(([, one]) => translate(end(one), MAX_DEPTH) !== null) ??
      [];
    if (pattern && values) return fill(pattern, values);
    return null;
  };
  const listed = (value: string, depth: number): string => {
    if (!value.includes(", ") && !value.includes("; ")) return value;
    const between = value.includes("; ") ? "; " : ", ";
    return value
      .split(between)
      .map((one) => translate(one, depth + 1) ?? one)
      .join(between);
  };
  return (said) => (said.length > MAX_LENGTH ? null : translate(said, 0));
}

function patternsOf(table: SentenceTable): Pattern[] {
  const escaped = (part: string) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  // The most telling first: a short one may fit where a longer one is meant.
  return Object.entries(table)
    .filter(([said]) => said.includes(HOLE))
    .sort(([a], [b]) => b.length - a.length)
    .map(([said, own]) => {
      const letters = said.replace(/\P{L}/gu, "").length;
      const isPart = letters > 0 && letters < TELLING_LETTERS && /^(?:\p{Ll}|\{\})/u.test(said);
      const form = new RegExp(`^${said.split(HOLE).map(escaped).join("(.*?)")}$`, "s");
      const around = said.split(HOLE);
      const isName = around
        .slice(0, -1)
        .map((before, i) => /["“«]$/.test(before) || (before === "" && around[i + 1]?.[0] === ":"));
      return { form, own: own.split(HOLE), letters, isPart, isName };
    });
}
