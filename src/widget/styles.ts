// Styles of a shadow root as adopted sheets: style elements would need the page's policy to allow them.

const sheets = new Map<string, CSSStyleSheet>();

export function adoptStyles(root: ShadowRoot, rules: string): void {
  let sheet = sheets.get(rules);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    sheets.set(rules, sheet);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}
