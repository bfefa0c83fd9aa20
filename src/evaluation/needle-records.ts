// The project's own needles: sentences about invented places, 188 per language in three families of
// 9, 36 and 143, with 20 different answers, the shape of the public benchmark's file.
import type { Language } from "./types.ts";

export interface NeedleRecord {
  readonly needle: string;
  /** The question, then the wanted start of the answer in single quotes. */
  readonly retrievalQuestion: string;
  /** What the question names. */
  readonly arg1: string;
  /** The keyword that an answer must hold. */
  readonly arg2: string;
}

interface Family {
  readonly places: readonly string[];
  readonly answers: readonly string[];
  readonly stem: (place: string) => string;
  readonly question: (place: string) => string;
}

const FAMILIES: Readonly<Record<Language, readonly Family[]>> = {
  en: [
    {
      places: ["Orvane", "Telmira", "Quisp"],
      answers: ["Lantern Players", "Harbour Masque", "Seven Feathers"],
      stem: (place) => `The first theatre company on the moon ${place} was the`,
      question: (place) => `Which theatre company was the first on the moon ${place}?`,
    },
    {
      places: ["Belhaven Reach", "Corrin", "Dunmarrow", "Estaval", "Fennimore", "Galdra"],
      answers: [
        "Maro Tellwyn",
        "Isolde Brannick",
        "Cassian Orrel",
        "Thessaly Wynd",
        "Barnaby Kestrel",
        "Ottoline Marsh",
      ],
      stem: (place) => `The present steward of the province ${place} is`,
      question: (place) => `Who is the present steward of the province ${place}?`,
    },
    {
      places: [
        "Aldermoor",
        "Briswick",
        "Caldenfell",
        "Drennock",
        "Everlyn",
        "Farrowdale",
        "Glimmerby",
        "Hollinsworth",
        "Inverlune",
        "Jorvenna",
        "Kelsinger",
        "Lorrimont",
        "Myrrhbrook",
      ],
      answers: [
        "Copper Astrolabe",
        "Silver Metronome",
        "Glass Compass",
        "Ivory Kaleidoscope",
        "Amber Sundial",
        "Bronze Harmonium",
        "Obsidian Mirror",
        "Walnut Chessboard",
        "Porcelain Swan",
        "Golden Abacus",
        "Marble Hourglass",
      ],
      stem: (place) => `The relic kept in the vault of ${place} is the`,
      question: (place) => `Which relic is kept in the vault of ${place}?`,
    },
  ],
  zh: [
    {
      places: ["奥尔万", "泰尔米拉", "奎斯普"],
      answers: ["灯笼剧社", "海港面具", "七羽戏班"],
      stem: (place) => `卫星${place}上成立的第一个剧团是`,
      question: (place) => `卫星${place}上成立的第一个剧团是哪一个？`,
    },
    {
      places: ["贝尔河湾", "科林谷地", "邓马洛", "埃斯塔瓦", "芬尼莫尔", "加尔德拉"],
      answers: ["马罗特尔温", "伊索布兰尼", "卡西安奥雷", "特萨利温德", "巴纳比凯斯", "奥托琳马什"],
      stem: (place) => `现任掌管${place}行省的总管是`,
      question: (place) => `现任掌管${place}行省的总管是谁？`,
    },
    {
      places: [
        "奥德摩尔",
        "布里斯威",
        "卡尔登山",
        "德伦诺克",
        "埃弗林镇",
        "法罗代尔",
        "微光河口",
        "霍林沃斯",
        "因弗月湖",
        "约尔文纳",
        "凯尔辛格",
        "洛里蒙特",
        "没药溪谷",
      ],
      answers: [
        "黄铜星盘",
        "白银节拍器",
        "玻璃罗盘",
        "象牙万花筒",
        "琥珀日晷",
        "青铜风琴",
        "黑曜石镜",
        "胡桃木棋盘",
        "白瓷夜莺",
        "纯金算盘",
        "大理石沙漏",
      ],
      stem: (place) => `收藏在${place}宝库里的圣物是`,
      question: (place) => `收藏在${place}宝库里的圣物是什么？`,
    },
  ],
};

function records(language: Language): NeedleRecord[] {
  return FAMILIES[language].flatMap(({ places, answers, stem, question }) =>
    places.flatMap((place) =>
      answers.map((answer) => {
        const start = stem(place);
        return language === "en"
          ? {
              needle: `${start} ${answer}.`,
              retrievalQuestion: `${question(place)} Begin your answer with '${start}'.`,
              arg1: place,
              arg2: answer,
            }
          : {
              needle: `${start}${answer}。`,
              retrievalQuestion: `${question(place)}请以'${start}'开头作答。`,
              arg1: place,
              arg2: answer,
            };
      }),
    ),
  );
}

export const OWN_NEEDLES: Readonly<Record<Language, readonly NeedleRecord[]>> = {
  en: records("en"),
  zh: records("zh"),
};

const QUESTION_MARK: Readonly<Record<Language, string>> = { en: "?", zh: "？" };
const FULL_STOP: Readonly<Record<Language, string>> = { en: ".", zh: "。" };

/** The question up to its mark, without the wish for a format. */
export function plainQuestion(record: NeedleRecord, language: Language): string {
  const mark = QUESTION_MARK[language];
  return record.retrievalQuestion.split(mark)[0]! + mark;
}

/** The start of the answer that stands in single quotes, up to a full stop. Empty without quotes. */
export function answerStem(record: NeedleRecord, language: Language): string {
  return record.retrievalQuestion.split("'")[1]?.split(FULL_STOP[language])[0] ?? "";
}

/** In the order given, the first `count` records whose arg1 and arg2 no earlier one has. */
export function distinctRecords(
  records: readonly NeedleRecord[],
  count: number,
): readonly NeedleRecord[] {
  const places = new Set<string>();
  const answers = new Set<string>();
  const distinct: NeedleRecord[] = [];
  for (const record of records) {
    if (distinct.length === count) break;
    if (places.has(record.arg1) || answers.has(record.arg2)) continue;
    places.add(record.arg1);
    answers.add(record.arg2);
    distinct.push(record);
  }
  return distinct;
}
