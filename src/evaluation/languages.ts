// What tells the two languages of the benchmark apart outside of wording and names.
import type { Language } from "./types.ts";

/** Between two sentences that follow each other. */
export const sentenceSeparator: Readonly<Record<Language, string>> = { en: " ", zh: "" };

/** U+3001 in both languages: upstream joins English questions with it, too. */
export const LIST_COMMA = "、";
