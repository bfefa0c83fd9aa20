// Bytes to characters: languages in the encodings they were written in, as Python's codecs encode them,
// damaged files, declarations that the bytes contradict, and characters that are no text.
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { decodeText, encodingOf } from "./decode-text.ts";
import { extract } from "./testing/extract.ts";
import { buildZip, docxFiles, wordParagraph } from "./testing/build-archives.ts";

interface Encoded {
  readonly language: string;
  readonly encoding: string;
  readonly text: string;
  readonly base64: string;
}

const samples = JSON.parse(
  await readFile(new URL("fixtures/encodings.json", import.meta.url), "utf8"),
) as readonly Encoded[];
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));
const utf8 = (text: string) => new TextEncoder().encode(text);
const find = (language: string, encoding: string) =>
  samples.find((one) => one.language === language && one.encoding === encoding)!;

test.each(samples)("$language in $encoding", ({ text, base64 }) => {
  expect(decodeText("file", bytesOf(base64))).toBe(text);
});

test("text that turns non-ASCII late is recognised by what is there", () => {
  const { text, base64 } = find("ru", "koi8-r");
  const ascii = "The log of the lighthouse, entry after entry.\n".repeat(4000);
  const bytes = new Uint8Array([...utf8(ascii), ...bytesOf(base64)]);
  expect(bytes.length).toBeGreaterThan(160_000);
  expect(decodeText("late.txt", bytes)).toBe(ascii + text);
});

test.each([
  ["it\x92s the keeper\x92s key", "it’s the keeper’s key"],
  ["she said \x93look\x94 twice", "she said “look” twice"],
  ["1901\x961905 \x97 or later\x85", "1901–1905 — or later…"],
  ["It costs \xa35 or \x805 a day.", "It costs £5 or €5 a day."],
  ["\xa9 2020 Marta Quell, see \xa7 5", "© 2020 Marta Quell, see § 5"],
  ["\xbd cup, 10 \xd7 20, \xb15 mm, 5 \xb5m, x\xb2", "½ cup, 10 × 20, ±5 mm, 5 µm, x²"],
  ["\x95 one\n\x95 two", "• one\n• two"],
  ["\xdcber uns", "Über uns"],
  ["\xc9ric \xe0 Paris", "Éric à Paris"],
  ["\xd8rsted\x99", "Ørsted™"],
  ["my fianc\xe9", "my fiancé"],
])("few signs of Windows in an English text: %j", async (given, wanted) => {
  const english = "The keeper of the lighthouse keeps a log of all the ships.\n".repeat(3);
  for (const [text, expected] of [
    [given, wanted],
    [english + given, english + wanted],
    [`${english}${`${given}\n`.repeat(40)}`, `${english}${`${wanted}\n`.repeat(40)}`],
  ] as const) {
    const bytes = Uint8Array.from(text, (one) => one.charCodeAt(0));
    expect((await extract("a.txt", bytes)).text).toBe(expected);
  }
});

describe("zeros that fill a block", () => {
  const line = "Die Wächterin heißt Märta.\n";
  test.each([7, 8, 500, 20_001])("%i of them", async (count) => {
    const zeros = new Uint8Array(count);
    for (const bytes of [utf8(line), Uint8Array.from(line, (one) => one.charCodeAt(0))]) {
      for (const parts of [
        [zeros, bytes, bytes],
        [bytes, bytes, zeros],
        [bytes, zeros, bytes],
      ]) {
        const joined = new Uint8Array(parts.flatMap((part) => [...part]));
        expect((await extract("a.txt", joined)).text.split(line.trim())).toHaveLength(3);
      }
    }
  });
});

describe("damaged UTF-8 costs the damaged characters", () => {
  test.each([
    ["Cyrillic", "Смотрителя маяка зовут Марта."],
    ["Chinese", "灯塔的看守人名叫玛尔塔。"],
    ["Greek", "Η φύλακας του φάρου λέγεται Μάρθα."],
    ["French", "La gardienne éveillée s'appelle Hélène à l'été."],
    ["English", "The keeper is naïve."],
  ])("%s", (_, sentence) => {
    const line = utf8(`${sentence}\n`);
    const bad = line.slice();
    const at = bad.findIndex((byte) => byte >= 0x80);
    bad[at] = 0xff;
    const text = decodeText("bad.txt", new Uint8Array([...line, ...bad, ...line, ...line]));
    expect(text.split(sentence)).toHaveLength(4);
    expect(text.match(/\ufffd/g)!.length).toBeLessThanOrEqual(3);
  });

  test.each([
    [9, 1],
    [5, 5],
    [1, 9],
    [40, 3],
  ])("%i lines of it beside %i of an older encoding", (count, older) => {
    const sentence = "Größe für Märta. Schlüssel für die Tür.\n";
    const recent = utf8(sentence.repeat(count));
    const old = Uint8Array.from(sentence.repeat(older), (one) => one.charCodeAt(0));
    for (const bytes of [
      [...recent, ...old],
      [...old, ...recent],
    ]) {
      expect(decodeText("a", new Uint8Array(bytes))).toBe(sentence.repeat(count + older));
    }
  });

  test("lines that a shell appended in UTF-16", async () => {
    const appended = Buffer.from("Marta keeps it.\r\n", "utf16le");
    const bytes = new Uint8Array([...utf8("Die Tür ist zu.\r\n".repeat(5)), ...appended]);
    const { text } = await extract("log.txt", bytes);
    expect(text).toBe(`${"Die Tür ist zu.\n".repeat(5)}Marta keeps it.\n`);
  });

  test("bytes of an old editor in a UTF-8 file", () => {
    const line = utf8("Der Schlüssel für die Tür heißt Größe.\n");
    const bytes = new Uint8Array([...line, 0x93, ...utf8("so"), 0x94, 0x0a, ...line, ...line]);
    const text = decodeText("mixed.txt", bytes);
    expect(text).toContain("\ufffdso\ufffd\n");
    expect(text.split("Der Schlüssel für die Tür heißt Größe.")).toHaveLength(4);
  });
});

describe("declarations that the bytes contradict", () => {
  const page = (charset: string, body: string) =>
    `<!doctype html><html><head><meta charset="${charset}"></head><body><p>${body}</p></body></html>`;
  const latin1 = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0));

  test("Russian of Windows declared as Latin-1", async () => {
    const { text, base64 } = find("ru", "cp1251");
    const bytes = new Uint8Array([
      ...latin1(page("iso-8859-1", "").slice(0, -18)),
      ...bytesOf(base64),
    ]);
    expect((await extract("ru.html", bytes)).text).toContain(text.trim());
  });

  test("a declaration that fits counts where statistics would not tell", () => {
    // One letter of Polish alone: ³ in Latin-1, ł in Windows' page of central Europe.
    const bytes = Uint8Array.of(0x6d, 0x61, 0xb3, 0x61, 0x20, 0xf3, 0x73, 0x6d, 0x61);
    expect(decodeText("a", bytes, "windows-1250")).toBe("mała ósma");
    expect(decodeText("a", Uint8Array.of(0xa6, 0x77), "iso-8859-2")).toBe("Św");
  });

  test.each(["utf-16", "shift_jis", "x-user-defined", "no-such-charset", "windows-1251"])(
    "UTF-8 declared as %s",
    async (charset) => {
      const { text } = await extract("a.html", page(charset, "Die Wächterin heißt Märta."));
      expect(text).toBe("Die Wächterin heißt Märta.");
    },
  );

  test("declarations in comments and scripts, by http-equiv, and behind them", async () => {
    const { base64, text } = find("ja", "shift_jis");
    const head = `<html><head><!-- <meta charset=utf-8> --><script>'<meta charset="big5">'</script><meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"></head><body>`;
    const bytes = new Uint8Array([...latin1(head), ...bytesOf(base64)]);
    expect((await extract("ja.html", bytes)).text).toBe(text.trim());
  });

  test("an XML part of Word in UTF-16 without a mark, and one that lies", async () => {
    const files = docxFiles(wordParagraph("Die Wächterin heißt Märta."));
    const xml = files["word/document.xml"]!;
    const wide = Uint8Array.from(Buffer.from(xml.replace("utf-8", "utf-16"), "utf16le"));
    const lying = xml.replace("utf-8", "iso-8859-1");
    for (const part of [wide, lying]) {
      const bytes = await buildZip({ ...files, "word/document.xml": part });
      expect((await extract("a.docx", bytes)).text).toBe("Die Wächterin heißt Märta.");
    }
  });
});

describe("characters that are no text", () => {
  test.each([
    ["terminal colours", "\u001b[1;31mred\u001b[0m alarm", "red alarm"],
    ["overstruck bold of a manual page", "N\bNA\bAM\bME\bE and _\bu_\bn", "NAME and un"],
    ["fields padded with zeros", "Quell\0\0\0\0Marta", "Quell Marta"],
    ["a few controls in a short text", "one\u0001two\u0007 three\u001a", "one two three"],
    ["zeros between names", "Quell\0Marta\0Bell", "Quell Marta Bell"],
    ["controls beside umlauts", "Größe\u0001\u0002\u0003 für", "Größe für"],
    ["C1 controls", "a\u0080b", "a b"],
    ["marks of byte order inside", "one\ufefftwo", "onetwo"],
    ["old line ends", "a\rb\u2028c\u0085d\fe", "a\nb\nc\nd\ne"],
  ])("%s", async (_, given, wanted) => {
    expect((await extract("a.txt", given)).text).toBe(wanted);
  });

  test("half a surrogate pair becomes the mark of a lost character", async () => {
    const bytes = Uint8Array.from(
      Buffer.from("The lamp \ud83d is lit at nine.\n".repeat(3), "utf16le"),
    );
    const { text } = await extract("a.txt", bytes);
    expect(text).toBe("The lamp \ufffd is lit at nine.\n".repeat(3));
  });
});

test("noise is no text in any encoding", () => {
  let seed = 1;
  const noise = Uint8Array.from({ length: 5000 }, () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed >>> 24;
  });
  expect(() => decodeText("noise", noise)).toThrow(
    expect.objectContaining({ code: "format-unsupported" }) as Error,
  );
});

test("ASCII is UTF-8, whatever is declared", () => {
  expect(encodingOf(utf8("plain"), "utf-16le")).toBe("utf-8");
  expect(encodingOf(utf8("plain"), "ibm866")).toBe("utf-8");
});
