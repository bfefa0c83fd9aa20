// Characters that are no text: what terminals and printers obeyed, what cut fields were padded with.

/** C0 and C1 controls apart from white space, delete, non-characters, and marks of byte order. */
const CONTROL =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufdd0-\ufdef\ufeff\ufffe\uffff]/;
const CONTROLS = new RegExp(`${CONTROL.source}+`, "g");
/** Colours and cursor movements of terminals (ECMA-48), and titles of their windows. */
const TERMINAL =
  /\u001b(?:[()][0-9A-Z]|\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\u0007\u001b]{0,400}(?:\u0007|\u001b\\))/g;
/** Bold and underlined text of typewriters: a character, a step back, and the character again. */
const OVERSTRIKE = /(?:_\u0008(?=[^\u0008\n])|([^\u0008\n])\u0008(?=\1|_))/g;
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g;

/** Text with line feeds only and without controls; where two words met at one, a space is left. */
export function cleanText(text: string): string {
  return withoutControls(text).replace(LINE_ENDS, "\n");
}

export function withoutControls(text: string): string {
  if (!CONTROL.test(text)) return text.toWellFormed();
  let plain = text;
  if (text.includes("\u001b")) plain = plain.replace(TERMINAL, "");
  if (text.includes("\u0008")) plain = plain.replace(OVERSTRIKE, "");
  return plain
    .replace(CONTROLS, (run: string, at: number, whole: string) => {
      if (/^\ufeff+$/.test(run)) return "";
      const isWordEnd = /\S/.test(whole.charAt(at - 1)) && /\S/.test(whole.charAt(at + run.length));
      return isWordEnd ? " " : "";
    })
    .toWellFormed();
}

/** How often something that is no text stands in the text; a run of padding counts once. */
export function countControls(text: string): number {
  return text.match(CONTROLS)?.length ?? 0;
}
