// The texts that come with the app, as haystacks; files of the folder `sample` beside the page. Their
// names enter the plan's hash, so page and command line take them from here.

import type { Language } from "../types.ts";

export interface EmbeddedBook {
  readonly name: string;
  readonly language: Language;
  readonly file: string;
}

export const EMBEDDED_BOOKS: readonly EmbeddedBook[] = [
  { name: "treasure-island", language: "en", file: "treasure-island.txt" },
  { name: "guwen-guanzhi", language: "zh", file: "guwen-guanzhi.txt" },
];
