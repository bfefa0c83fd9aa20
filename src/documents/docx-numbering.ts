// The numbers that Word sets before paragraphs: not in the text, but read and referred to by people.
import { han, ordinal, repeated, roman } from "./counting.ts";
import { levelOf, type NumberedAt, type WordStyle } from "./docx-styles.ts";
import { findAll, findChild, type XmlElement } from "./xml.ts";

const LEVELS = 9;
const MAX_LISTS = 20_000;

interface Level {
  readonly start: number;
  readonly format: string;
  /** With %1 … %9 where the numbers of the levels stand. */
  readonly text: string;
  /** The level whose step begins this one anew; 0: none does. Undefined: every higher one. */
  readonly restartAfter: number | undefined;
  readonly onlyDigits: boolean;
}

interface List {
  readonly abstractId: string;
  readonly levels: readonly (Level | undefined)[];
  /** Starts that this list sets for itself, when it is first used. */
  readonly starts: ReadonlyMap<number, number>;
}

export class WordNumbering {
  readonly #lists = new Map<string, List>();
  readonly #styleLevels = new Map<string, number>();
  readonly #counters = new Map<string, (number | undefined)[]>();
  readonly #started = new Set<string>();

  constructor(part: XmlElement | undefined, styles: ReadonlyMap<string, WordStyle>) {
    if (!part) return;
    const abstract = new Map<string, XmlElement>();
    for (const element of findAll(part, "abstractNum")) {
      abstract.set(element.attribute("abstractNumId") ?? "", element);
    }
    const numbers = findAll(part, "num").slice(0, MAX_LISTS);
    const abstractOf = new Map(
      numbers.map((one) => [
        one.attribute("numId") ?? "",
        findChild(one, "abstractNumId")?.attribute("val") ?? "",
      ]),
    );
    const levelsOf = new Map<string, (Level | undefined)[]>();
    for (const number of numbers) {
      const numId = number.attribute("numId") ?? "";
      let abstractId = abstractOf.get(numId) ?? "";
      // A list may only point to the style of lists that it takes its look from.
      const link = abstract.get(abstractId);
      const style = link && findChild(link, "numStyleLink")?.attribute("val");
      const linked = style && styles.get(style)?.numbered?.numId;
      if (linked) abstractId = abstractOf.get(linked) ?? abstractId;
      const known = levelsOf.get(abstractId) ?? this.#levels(abstract.get(abstractId));
      levelsOf.set(abstractId, known);
      const levels = [...known];
      const starts = new Map<number, number>();
      for (const override of findAll(number, "lvlOverride")) {
        const at = levelAt(override);
        if (at === undefined) continue;
        const own = findChild(override, "lvl");
        if (own) levels[at] = readLevel(own);
        const start = Number(findChild(override, "startOverride")?.attribute("val") ?? Number.NaN);
        if (Number.isInteger(start)) starts.set(at, start);
      }
      this.#lists.set(numId, { abstractId, levels, starts });
    }
  }

  #levels(abstract: XmlElement | undefined): (Level | undefined)[] {
    const levels: (Level | undefined)[] = new Array<Level | undefined>(LEVELS).fill(undefined);
    for (const element of abstract ? findAll(abstract, "lvl") : []) {
      const at = levelAt(element);
      if (at === undefined) continue;
      levels[at] = readLevel(element);
      const style = findChild(element, "pStyle")?.attribute("val");
      if (style !== undefined) this.#styleLevels.set(style, at);
    }
    return levels;
  }

  /** Counts one paragraph and gives what stands before it; "" where nothing does. */
  next(own: NumberedAt | undefined, style: NumberedAt | undefined, styleId: string): string {
    const numId = own?.numId ?? style?.numId;
    const list = numId === undefined ? undefined : this.#lists.get(numId);
    if (numId === undefined || !list) return "";
    const at = own?.level ?? style?.level ?? this.#styleLevels.get(styleId) ?? 0;
    const level = list.levels[at];
    if (!level) return "";
    const counters = this.#counters.get(list.abstractId) ?? [];
    this.#counters.set(list.abstractId, counters);
    if (!this.#started.has(numId)) {
      this.#started.add(numId);
      for (const [restarted, start] of list.starts) counters[restarted] = start - 1;
    }
    counters[at] = (counters[at] ?? level.start - 1) + 1;
    for (let lower = at + 1; lower < LEVELS; lower++) {
      const after = list.levels[lower]?.restartAfter;
      if (after === undefined || (after > 0 && at < after)) counters[lower] = undefined;
    }
    if (level.format === "bullet") return "- ";
    if (level.format === "none" && !/[^\s%\d]/.test(level.text)) return "";
    const text = level.text.replace(/%([1-9])/g, (_, digit: string) => {
      const index = Number(digit) - 1;
      const shown = list.levels[index];
      const value = counters[index] ?? shown?.start ?? 1;
      return numeral(value, level.onlyDigits ? "decimal" : (shown?.format ?? "decimal"));
    });
    return text.trim() === "" ? "" : `${text.trim()} `;
  }
}

function levelAt(element: XmlElement): number | undefined {
  return levelOf(element.attribute("ilvl"));
}

function readLevel(element: XmlElement): Level {
  const value = (name: string) => findChild(element, name)?.attribute("val");
  const start = Number(value("start") ?? 0);
  const restart = value("lvlRestart");
  return {
    start: Number.isInteger(start) ? start : 1,
    format: value("numFmt") ?? "decimal",
    text: (value("lvlText") ?? "").slice(0, 200),
    restartAfter: restart === undefined ? undefined : Number(restart),
    onlyDigits: findChild(element, "isLgl") !== undefined,
  };
}

/** `format`: ST_NumberFormat of ECMA-376. */
function numeral(value: number, format: string): string {
  switch (format) {
    case "none":
      return "";
    case "decimalZero":
      return String(value).padStart(2, "0");
    case "upperRoman":
      return roman(value).toUpperCase();
    case "lowerRoman":
      return roman(value);
    case "upperLetter":
      return repeated(value).toUpperCase();
    case "lowerLetter":
      return repeated(value);
    case "russianUpper":
      return repeated(value, "russian").toUpperCase();
    case "russianLower":
      return repeated(value, "russian");
    case "ordinal":
      return ordinal(value);
    case "decimalEnclosedCircle":
    case "decimalEnclosedCircleChinese":
      return value >= 1 && value <= 20 ? String.fromCodePoint(0x245f + value) : String(value);
    case "decimalEnclosedParen":
      return `(${value})`;
    case "numberInDash":
      return `- ${value} -`;
    case "chineseCounting":
    case "chineseCountingThousand":
    case "japaneseCounting":
    case "taiwaneseCounting":
    case "taiwaneseCountingThousand":
    case "ideographDigital":
    case "koreanCounting":
      return han(value);
    case "hex":
      return value.toString(16).toUpperCase();
    case "bullet":
      return "";
    default:
      return format === "chicago" ? "*†‡§".charAt((value - 1) % 4) : String(value);
  }
}
