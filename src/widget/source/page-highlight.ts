// Shows passages in the host's page: the CSS Custom Highlight API paints them without touching the
// page's nodes; where it is missing, the passage is selected as if by hand.
import type { PageStretch } from "./text-map.ts";

const PASSAGES = "inkspan-passages";
const CURRENT = "inkspan-current-passage";
const RULES = `
  ::highlight(${PASSAGES}) { background-color: var(--inkspan-highlight, #fff0bd); color: #20262f; }
  ::highlight(${CURRENT}) { background-color: var(--inkspan-highlight-current, #ffd35c); color: #20262f; }
`;

type Passage = readonly PageStretch<Text>[];

/** Marks all passages, the current one strongly, and scrolls to it. */
export function showPassages(
  passages: readonly Passage[],
  current: Passage,
  covered: DOMRect,
): void {
  const ranges = current.map(toRange);
  const [first] = ranges;
  if (!first) return;
  const place = first.startContainer.parentElement;
  for (let box = place?.closest("details"); box; box = box.parentElement?.closest("details")) {
    box.open = true;
  }
  const highlights = registry();
  if (highlights) {
    const root = first.startContainer.getRootNode();
    if (root instanceof Document || root instanceof ShadowRoot) adoptRules(root);
    highlights.set(PASSAGES, new Highlight(...passages.flat().map(toRange)));
    const strong = new Highlight(...ranges);
    strong.priority = 1;
    highlights.set(CURRENT, strong);
  } else {
    const last = ranges.at(-1) ?? first;
    const { startContainer, startOffset } = first;
    getSelection()?.setBaseAndExtent(
      startContainer,
      startOffset,
      last.endContainer,
      last.endOffset,
    );
  }
  scrollTo(first, place, covered);
}

export function clearPassages(): void {
  registry()?.delete(PASSAGES);
  registry()?.delete(CURRENT);
}

function registry(): HighlightRegistry | undefined {
  return (CSS as { highlights?: HighlightRegistry }).highlights;
}

let rules: CSSStyleSheet | undefined;

/** An adopted sheet: a style element would need the page's policy to allow it. */
function adoptRules(root: Document | ShadowRoot): void {
  if (!rules) {
    rules = new CSSStyleSheet();
    rules.replaceSync(RULES);
  }
  if (!root.adoptedStyleSheets.includes(rules)) root.adoptedStyleSheets.push(rules);
}

function toRange({ node, start, end }: PageStretch<Text>): Range {
  const range = node.ownerDocument.createRange();
  range.setStart(node, start);
  range.setEnd(node, end);
  return range;
}

/** `covered` is the part of the window under the panel. */
function scrollTo(range: Range, place: Element | null, covered: DOMRect): void {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const behavior = isCalm ? "auto" : "smooth";
  const coversAll = covered.width > innerWidth * 0.8;
  if (!coversAll) {
    place?.scrollIntoView({ block: "center", inline: "nearest", behavior });
    return;
  }
  // On a phone the panel lies over the lower part: the passage goes to the middle of what is left.
  place?.scrollIntoView({ block: "start", behavior: "instant" });
  const wanted = Math.max(0, covered.top) / 3;
  scrollBy({ top: range.getBoundingClientRect().top - wanted, behavior: "instant" });
}
