// Text, Markdown and web pages: encodings, headings, main text.
import { expect, test } from "vitest";
import { extract, places } from "./testing/extract.ts";
import { TextBuilder } from "./text-builder.ts";

const SENTENCE = "Le garçon naïf a mangé une crème brûlée à l'hôtel, déjà tôt.";

function utf16(text: string, littleEndian: boolean, mark: boolean): Uint8Array<ArrayBuffer> {
  const units = (mark ? "\ufeff" : "") + text;
  const bytes = new Uint8Array(2 * units.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < units.length; i++) view.setUint16(2 * i, units.charCodeAt(i), littleEndian);
  return bytes;
}

const latin1 = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0));

test.each([
  ["UTF-8", new TextEncoder().encode(SENTENCE)],
  ["UTF-8 with a mark", new TextEncoder().encode(`\ufeff${SENTENCE}`)],
  ["UTF-16 LE with a mark", utf16(SENTENCE, true, true)],
  ["UTF-16 BE with a mark", utf16(SENTENCE, false, true)],
  ["UTF-16 LE", utf16(SENTENCE, true, false)],
  ["UTF-16 BE", utf16(SENTENCE, false, false)],
  ["Latin-1", latin1(SENTENCE.repeat(3))],
])("a text file in %s is read", async (encoding, bytes) => {
  const { text } = await extract("lettre.txt", bytes);
  expect(text).toBe(encoding === "Latin-1" ? SENTENCE.repeat(3) : SENTENCE);
});

test("other encodings are recognised by their statistics", async () => {
  // "Привет, как дела? Это обычный русский текст о погоде и о море." in windows-1251
  const russian = "Привет, как дела? Это обычный русский текст о погоде и о море.";
  const bytes = Uint8Array.from(russian, (one) => {
    const code = one.codePointAt(0)!;
    return code >= 0x410 && code <= 0x44f ? code - 0x410 + 0xc0 : code;
  });
  expect((await extract("письмо.txt", bytes)).text).toBe(russian);
});

test.each([
  ["empty.txt", new Uint8Array(0), "no-text"],
  ["blank.txt", new TextEncoder().encode(" \n\t\n "), "no-text"],
  ["program.txt", Uint8Array.from({ length: 4000 }, (_, i) => (i * 37) % 23), "format-unsupported"],
  ["photo.png", Uint8Array.of(137, 80, 78, 71), "format-unsupported"],
  ["old.doc", Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0, 0), "format-unsupported"],
  ["locked.docx", Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0, 0), "encrypted"],
  ["letter.rtf", new TextEncoder().encode("{\\rtf1 Hello}"), "format-unsupported"],
  ["cut.pdf", Uint8Array.from({ length: 4000 }, (_, i) => (i * i * 31) >> 3), "format-invalid"],
])("%s is refused by name", async (name, bytes, code) => {
  const failure = extract(name, bytes);
  await expect(failure).rejects.toMatchObject({ code });
  await expect(failure).rejects.toThrow(name);
});

test("Markdown stays as it is, and its headings outside code are sections", async () => {
  const text =
    "# One #\r\n\r\nBody\r\n\r\n```sh\r\n# no heading\r\n```\r\n\r\n### Three\r\n\r\n#### Four";
  const document = await extract("notes.md", text);
  expect(document.text).toBe(text.replaceAll("\r\n", "\n"));
  expect(places(document, 5)).toEqual(["One: # One", "Three: ### T"]);
});

const ARTICLE = `<!doctype html><html><head><meta charset="iso-8859-1"><title>On ink – The Daily</title>
<script>document.title = "owned"</script><style>p { color: red }</style></head>
<body><nav><a href="/">Home</a> <a href="/all">All articles</a></nav>
<article><h1>On ink</h1>
${Array.from({ length: 6 }, (_, i) => `<p>Paragraph ${i} tells of ink, of <b>quills</b> and of the caf\u00e9s, where people wrote letters, poems and long novels, day after day, page after page.</p>`).join("\n")}
<h2>Recipes</h2><ul><li>Soot</li><li>Gum</li></ul>
<table><tr><th>Year</th><th>Ink</th></tr><tr><td>1700</td><td>Iron gall</td></tr></table>
<pre>line one
  line two</pre><img src="x" onerror="owned()"><p hidden>Never seen.</p>
</article><footer>Cookies and imprint</footer></body></html>`;

test("a web page gives its main text, its headings and no scripts", async () => {
  const document = await extract("saved page.html", latin1(ARTICLE));
  const { title, text } = document;
  expect(title).toContain("On ink");
  expect(text).toContain("of ink, of quills and of the cafés");
  expect(text).toContain("- Soot\n- Gum\n");
  expect(text).toContain("Year | Ink\n1700 | Iron gall");
  expect(text).toContain("line one\n  line two");
  for (const absent of ["owned", "color: red", "All articles", "Cookies", "Never seen"]) {
    expect(text).not.toContain(absent);
  }
  expect(places(document, 7)).toContain("Recipes: Recipes");
});

test("a page that is no article is taken whole, without its menu", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `<div>Entry ${i}: value ${i * i}</div>`);
  const page = `<html><body><nav>Menu</nav>${rows.join("")}</body></html>`;
  const { text } = await extract("list.htm", page);
  expect(text).toContain("Entry 0: value 0\n\nEntry 1: value 1");
  expect(text).toContain("Entry 39: value 1521");
  expect(text).not.toContain("Menu");
});

test("a builder collapses white space and knows where marked text begins", () => {
  const builder = new TextBuilder();
  const found: number[] = [];
  builder.mark((at) => found.push(at));
  builder.write("  one\n two ");
  builder.write("three");
  builder.endBlock();
  builder.endLine();
  builder.mark((at) => found.push(at));
  builder.write("   ");
  builder.write("fo\u00adur");
  builder.mark((at) => found.push(at));
  expect(builder.text()).toBe("one two three\n\nfour");
  expect(found).toEqual([0, 15]);
});
