// The words of the evaluation, which come with it and not with the page.
import { evaluation as english } from "./english/evaluate.ts";
import { evaluation as german } from "./german/evaluate.ts";
import { words } from "./index.ts";

/** In the page's language; read while drawing, as `words` is. */
export function evaluationWords(): typeof english {
  return words.language === "de" ? german : english;
}
