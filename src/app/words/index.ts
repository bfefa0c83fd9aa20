// The words of the page's one language: a live binding, read while drawing. A change of language draws
// the page anew (App.tsx).
import { english, type Words } from "./english.ts";

export type { Words } from "./english.ts";

export let words: Words = english;

export type Language = "en" | "de";

/** The language wished for, or the first of the browser's that the app speaks. */
export function languageOf(wish: Language | "system", browser: readonly string[]): Language {
  if (wish !== "system") return wish;
  const spoken = browser.map((tag) => tag.toLowerCase().split("-", 1)[0]);
  return spoken.find((one) => one === "en" || one === "de") ?? "en";
}

export async function speak(language: Language): Promise<void> {
  words = language === "de" ? (await import("./german.ts")).german : english;
  document.documentElement.lang = words.language;
}
