// Lines of the page's edge that come again on other pages: running titles and page numbers. Only what
// surely is one goes: the same words at the same place, apart from the text, with a number that counts
// the pages. A page is never emptied. Pure.
import { romanValue } from "./counting.ts";
import type { Line } from "./pdf-lines.ts";

export interface PageLines {
  readonly lines: readonly Line[];
  /** From the lower to the upper edge of the sheet, in points. */
  readonly bottom: number;
  readonly top: number;
}

/** Lines of an edge that are looked at. */
const EDGE_LINES = 3;
/** A running title comes on three pages at least, which are neighbours or opposite. */
const LEAST_PAGES = 3;
const MAX_DISTANCE = 2;
/** How far it may wander, in points. */
const SAME_PLACE = 6;
/** A page of fewer lines is a slide or a title: only its margins are not text. */
const SHORT_PAGE = 8;
const MARGIN = 0.07;
const PAGE_WORDS =
  /^(?:page|pages|p|pp|pg|seite|s|página|pagina|pág|pag|side|sida|sivu|strona|str|strana|stránka|oldal|blad|bladzijde|sayfa|стр|страница|с|сторінка|σελίδα|σελ|页|第页|頁|第頁|ページ|쪽|صفحة|עמוד)?$/u;
/** What ends like this numbers things, not pages: Invoice No. 7. */
const ITEM = /(?:^| )(?:no|nr|nº|n°|num|number|numero|número|numéro|nummer|čís|číslo|№)$/u;
/** Pages counted in each chapter: A-3, 1-17. */
const IN_CHAPTER = /^(?:[a-z]|\d{1,2}|[ivx]{1,5})[-–]$/;
const OF = "(?:/|of|von|de|sur|di|van|af|av|z|из|共)";

interface Edge {
  readonly page: number;
  readonly line: Line;
  /** The words with a mark where the number stands. */
  readonly key: string;
  readonly number: number | undefined;
  /** The last number, where the line says that. */
  readonly total: number | undefined;
  readonly kind: "words" | "number" | "words with number" | "word with number";
}

export function dropRunningLines(pages: readonly PageLines[], spacing: number): Line[][] {
  const groups = new Map<string, Edge[]>();
  pages.forEach((page, index) => {
    for (const [side, lines] of edgesOf(page, spacing)) {
      for (const line of lines) {
        for (const edge of readings(line, index)) {
          const key = `${side} ${edge.key}`;
          const group = groups.get(key);
          if (group) group.push(edge);
          else groups.set(key, [edge]);
        }
      }
    }
  });
  const running = new Set<Line>();
  for (const group of groups.values()) {
    for (const { line } of repeated(samePlace(group))) running.add(line);
    // «Page 1 of 2» is one on the first of two pages, too.
    for (const { line, page, number, total } of group) {
      if (total === pages.length && number === page + 1) running.add(line);
    }
  }
  return pages.map(({ lines }) => {
    const body = lines.filter((line) => !running.has(line));
    return body.length > 0 ? body : [...lines];
  });
}

/** Lines above and below the first gap from the edge; none where the text begins at once. */
function edgesOf(
  { lines, bottom, top }: PageLines,
  spacing: number,
): (readonly ["top" | "bottom", Line[]])[] {
  const byHeight = [...lines].sort((a, b) => b.baseline - a.baseline);
  const height = top - bottom;
  const isMargin = ({ baseline }: Line, side: "top" | "bottom") =>
    side === "top" ? baseline > top - MARGIN * height : baseline < bottom + MARGIN * height;
  const edge = (ordered: readonly Line[], side: "top" | "bottom"): Line[] => {
    for (let i = 0; i < Math.min(EDGE_LINES, ordered.length - 1); i++) {
      const [line, inner] = [ordered[i]!, ordered[i + 1]!];
      const step = Math.abs(line.baseline - inner.baseline) / Math.max(line.size, inner.size);
      if (step <= 1.35 * spacing) continue;
      const found = ordered.slice(0, i + 1);
      return lines.length >= SHORT_PAGE ? found : found.filter((one) => isMargin(one, side));
    }
    return [];
  };
  return [
    ["top", edge(byHeight, "top")],
    ["bottom", edge([...byHeight].reverse(), "bottom")],
  ];
}

/** A line may be words alone, or count with the number at its beginning or its end. */
function readings(line: Line, page: number): Edge[] {
  const text = line.text
    .toLowerCase()
    .replace(/[\s\u00a0]+/g, " ")
    .trim()
    .slice(0, 300);
  const edges: Edge[] = [
    { page, line, key: text, number: undefined, total: undefined, kind: "words" },
  ];
  const add = (digits: string, rest: string, last?: string) => {
    const number = /^\d/.test(digits) ? Number(digits) : romanValue(digits);
    if (number === undefined) return;
    const words = rest.replace(/[^\p{L}\p{N} ]+/gu, "").trim();
    const bare = words.replaceAll(" ", "");
    const count = words === "" ? 0 : words.split(" ").length;
    const isInChapter = IN_CHAPTER.test(rest);
    const kind =
      PAGE_WORDS.test(bare) || isInChapter
        ? "number"
        : (count > 1 && !ITEM.test(words)) || line.text.includes("\t")
          ? "words with number"
          : "word with number";
    const isSure = last !== undefined && kind === "number";
    const total = isSure ? Number(last) : undefined;
    edges.push({ page, line, key: `# ${isInChapter ? rest : words}`, number, total, kind });
  };
  const total = new RegExp(`^(.{0,100}?)\\b(\\d{1,5}) ?${OF} ?(\\d{1,5})(.{0,10})$`, "u").exec(
    text,
  );
  const first = /^[-–—[(|·•~*= ]{0,4}(\d{1,5}|[ivxlcdm]{1,12})(?![\p{L}\p{N}.,])(.*)$/u.exec(text);
  const last = /^(.*?)(?<![\p{L}\p{N}.,])(\d{1,5}|[ivxlcdm]{1,12})[-–—\])|·•~*= ]{0,4}$/u.exec(
    text,
  );
  const middle = /^(\P{N}{0,12})(\d{1,5})(\P{N}{0,60})$/u.exec(text);
  if (total) add(total[2]!, `${total[1]} ${total[4]}`, total[3]);
  if (first) add(first[1]!, first[2]!);
  if (last && last[1] !== "") add(last[2]!, last[1]!);
  // Between words a number counts pages only where they say so: «Fee of 105 crowns» is text.
  const isPage = middle && (isPageWord(`${middle[1]}${middle[3]}`) || isPageWord(middle[1]!));
  if (isPage && !first && !last) add(middle[2]!, `${middle[1]} ${middle[3]}`);
  return edges;
}

function isPageWord(text: string): boolean {
  const letters = text.replace(/[^\p{L}]+/gu, "");
  return letters !== "" && PAGE_WORDS.test(letters);
}

function samePlace(group: readonly Edge[]): Edge[] {
  const places = group.map(({ line }) => line.baseline).sort((a, b) => a - b);
  const middle = places[Math.floor(places.length / 2)]!;
  return group.filter(({ line }) => Math.abs(line.baseline - middle) <= SAME_PLACE);
}

/** Of lines with the same words those that are running lines. */
function repeated(group: readonly Edge[]): readonly Edge[] {
  if (group.length < LEAST_PAGES || group[0]!.kind === "word with number") return [];
  const counted = group[0]!.kind === "words" ? group : counting(group);
  // Neighbouring pages, or every other one: runs of at least three.
  const kept: Edge[] = [];
  let run: Edge[] = [];
  for (const edge of counted) {
    const before = run.at(-1);
    if (before && edge.page - before.page > MAX_DISTANCE) {
      if (run.length >= LEAST_PAGES) kept.push(...run);
      run = [];
    }
    run.push(edge);
  }
  if (run.length >= LEAST_PAGES) kept.push(...run);
  return kept;
}

/** Those whose number goes up with the pages. */
function counting(group: readonly Edge[]): readonly Edge[] {
  const byOffset = new Map<number, Edge[]>();
  for (const edge of group) {
    const offset = edge.number! - edge.page;
    const list = byOffset.get(offset) ?? [];
    list.push(edge);
    byOffset.set(offset, list);
  }
  // Roman numbers of a preface and the numbers of the text are two runs.
  return [...byOffset.values()]
    .filter((run) => run.length >= LEAST_PAGES)
    .flat()
    .sort((a, b) => a.page - b.page);
}
