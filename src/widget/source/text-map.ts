// A text put together from text nodes of the host's page, and the way back: from a stretch of the text
// to ranges of the page, for highlighting. Knows no rules about what belongs to a text.

/** What a range needs of a text node. */
export type PageText = Pick<Text, "data">;

/** `length` UTF-16 units of `node` from `offset` stand in the text from `start`. */
interface Run<Node extends PageText> {
  readonly start: number;
  readonly node: Node;
  readonly offset: number;
  readonly length: number;
  /** What stood there: a page may change its text later. */
  readonly data: string;
}

/** A stretch of one text node. */
export interface PageStretch<Node extends PageText> {
  readonly node: Node;
  readonly start: number;
  readonly end: number;
}

export class TextMap<Node extends PageText = Text> {
  readonly text: string;
  readonly #runs: readonly Run<Node>[];

  constructor(text: string, runs: readonly Run<Node>[]) {
    this.text = text;
    this.#runs = runs;
  }

  /** Where [start, end) of the text lies on the page; undefined if the page has changed there. */
  find(start: number, end: number): PageStretch<Node>[] | undefined {
    const stretches: PageStretch<Node>[] = [];
    for (const run of this.#runs) {
      const from = Math.max(start, run.start);
      const to = Math.min(end, run.start + run.length);
      if (from >= to) continue;
      const { node, offset } = run;
      if (!node.data.startsWith(run.data, offset)) return undefined;
      const piece = { node, start: offset + from - run.start, end: offset + to - run.start };
      const before = stretches.at(-1);
      // Runs are cut at white space that was folded: on the page they are one stretch.
      if (before?.node === node) stretches[stretches.length - 1] = { ...before, end: piece.end };
      else stretches.push(piece);
    }
    return stretches.length > 0 ? stretches : undefined;
  }
}

const BREAKS = { none: "", line: "\n", paragraph: "\n\n" } as const;
export type Break = keyof typeof BREAKS;
const STRENGTH: readonly Break[] = ["none", "line", "paragraph"];

export class TextMapBuilder<Node extends PageText = Text> {
  readonly #runs: Run<Node>[] = [];
  #text = "";
  #break: Break = "none";
  #hasSpace = false;

  /** What follows stands on a new line or in a new paragraph. */
  breakBefore(kind: Break): void {
    if (STRENGTH.indexOf(kind) > STRENGTH.indexOf(this.#break)) this.#break = kind;
  }

  /** White space is folded unless it is `preserved`. */
  add(node: Node, preserved: boolean): void {
    const { data } = node;
    if (preserved) {
      if (data.trim() === "") this.#hasSpace = true;
      else {
        // Stored texts begin with a word; offsets count from there.
        const lead = this.#text === "" ? data.length - data.trimStart().length : 0;
        this.#append(node, lead, data.slice(lead));
      }
      return;
    }
    for (const match of data.matchAll(/\s+|\S+/g)) {
      const [piece] = match;
      if (/\s/.test(piece[0] ?? "")) this.#hasSpace = true;
      else this.#append(node, match.index, piece);
    }
  }

  finish(): TextMap<Node> {
    return new TextMap(this.#text, this.#runs);
  }

  #append(node: Node, offset: number, data: string): void {
    if (this.#text !== "") {
      if (this.#break !== "none") this.#text += BREAKS[this.#break];
      else if (this.#hasSpace) this.#text += " ";
    }
    this.#break = "none";
    this.#hasSpace = false;
    const last = this.#runs.at(-1);
    // Words with the one space between them that the page also has are one run.
    if (last?.node === node && last.offset + last.length + 1 === offset) {
      const joined = node.data.slice(last.offset, offset + data.length);
      if (`${this.#text}${data}`.endsWith(joined)) {
        this.#runs[this.#runs.length - 1] = { ...last, length: joined.length, data: joined };
        this.#text += data;
        return;
      }
    }
    const start = this.#text.length;
    this.#runs.push({ start, node, offset, length: data.length, data });
    this.#text += data;
  }
}
