// Numbers as they are written elsewhere: with points between the thousands, with a comma or a point
// before what is less than one. Pure.

const NUMBER = /^\d+(?:[.,]\d+)?$/;
/** In English it may be one and a half; whatever is written so is looked for. */
const POINTED = /^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/;

/** Other terms for the number of a term; none for what is no number. */
export function numberForms(term: string): string[] {
  const isPointed = POINTED.test(term);
  if (!isPointed && !NUMBER.test(term)) return [];
  const [whole = "", rest = "00"] = (isPointed ? term.replaceAll(".", "") : term).split(/[.,]/);
  const rests = [`.${rest}`, `,${rest}`, ...(rest === "00" ? [""] : [])];
  const wholes = [whole, whole.replace(/\B(?=(?:\d{3})+$)/g, ".")];
  const forms = new Set(wholes.flatMap((one) => rests.map((other) => one + other)));
  forms.delete(term);
  return [...forms];
}
