// Copying from a text of which only some rows are drawn: what is selected is kept as a range of the stored
// text, so that rows which have left the page are copied, too, and nothing that is not the text's own.
// Ctrl+A in the text selects all of it. Fetched with the first text that is shown.
import type { Paragraph } from "./paragraphs.ts";

interface ShownText {
  readonly text: string;
  readonly paragraphs: readonly Paragraph[];
  /** Drawn rows then say something else than their source: ends of a selection fall on whole blocks. */
  readonly isMarkdown: boolean;
}

/** A place in the stored text; of a block whose words are not those of the source, its two ends. */
interface Place {
  readonly first: number;
  readonly last: number;
}

/** Until it is called back. `scroller` holds one element, whose children are the rows that are drawn. */
export function watchCopies(scroller: HTMLElement, shown: ShownText): () => void {
  const { text } = shown;
  const body = scroller.firstElementChild;
  let anchor: Place | null = null;
  let focus: Place | null = null;
  let isAll = false;

  const selectDrawn = () => {
    if (body) getSelection()?.selectAllChildren(body);
  };
  const follow = () => {
    const selection = getSelection();
    if (!selection?.anchorNode || !body?.contains(selection.anchorNode)) {
      anchor = focus = null;
      isAll = false;
      return;
    }
    // The row in which an end stood has gone: the browser names the rows' parent instead.
    const { anchorNode, anchorOffset, focusNode, focusOffset, isCollapsed } = selection;
    if (isAll && anchorNode === body) return;
    isAll = false;
    if (anchorNode !== body) anchor = placeOf(anchorNode, anchorOffset, shown) ?? anchor;
    if (focusNode && focusNode !== body) focus = placeOf(focusNode, focusOffset, shown) ?? focus;
    if (isCollapsed && anchorNode !== body) anchor = focus;
  };
  const press = (event: KeyboardEvent) => {
    const isSelectAll = event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey);
    if (!isSelectAll || event.altKey || event.shiftKey) return;
    event.preventDefault();
    isAll = true;
    selectDrawn();
  };
  const copy = (event: ClipboardEvent) => {
    const selected = isAll ? text : selectedText();
    if (!selected) return;
    event.clipboardData?.setData("text/plain", selected);
    event.preventDefault();
  };
  const selectedText = (): string => {
    if (!anchor || !focus) return "";
    const range = getSelection()?.rangeCount ? getSelection()?.getRangeAt(0) : undefined;
    const isDrawn = range && range.startContainer !== body && range.endContainer !== body;
    // What is drawn of Markdown copies best as it is drawn.
    if (shown.isMarkdown && isDrawn) return "";
    return text.slice(Math.min(anchor.first, focus.first), Math.max(anchor.last, focus.last));
  };

  const rows = new MutationObserver(() => {
    if (isAll) selectDrawn();
  });
  if (body) rows.observe(body, { childList: true });
  document.addEventListener("selectionchange", follow);
  scroller.addEventListener("keydown", press);
  // Once the ends have gone, the browser may copy from the page instead of from the text.
  document.addEventListener("copy", copy);
  return () => {
    rows.disconnect();
    document.removeEventListener("selectionchange", follow);
    scroller.removeEventListener("keydown", press);
    document.removeEventListener("copy", copy);
  };
}

function placeOf(node: Node, offset: number, shown: ShownText): Place | null {
  const element = node instanceof Element ? node : node.parentElement;
  const row = element?.closest<HTMLElement>("[data-index]");
  const paragraph = shown.paragraphs[Number(row?.dataset["index"] ?? -1)];
  if (!row || !paragraph) return null;
  const { start, end } = paragraph;
  if (shown.isMarkdown) return { first: start, last: end };
  const own = row.querySelector("p:not(.page-break)");
  if (!own) return null;
  const before = document.createRange();
  before.selectNodeContents(own);
  // Before the text, on the label of a page, is its beginning.
  if (before.comparePoint(node, offset) < 0) return { first: start, last: start };
  if (before.comparePoint(node, offset) > 0) return { first: end, last: end };
  before.setEnd(node, offset);
  const at = start + before.toString().length;
  return { first: at, last: at };
}
