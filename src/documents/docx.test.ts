// Word files as a reader sees them: rows with empty cells, fields, text boxes, changes, unknown styles.
import { expect, test } from "vitest";
import { buildZip, docxFiles, wordParagraph } from "./testing/build-archives.ts";
import { extract } from "./testing/extract.ts";

const run = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const paragraph = (content: string, properties = "") =>
  `<w:p>${properties && `<w:pPr>${properties}</w:pPr>`}${content}</w:p>`;
const mark = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
const code = (text: string) => `<w:r><w:instrText>${text}</w:instrText></w:r>`;
const word = async (body: string, more: Readonly<Record<string, string>> = {}) =>
  extract("a.docx", await buildZip({ ...docxFiles(body), ...more }));

test("a row whose first cells are empty stays a row of its own", async () => {
  const row = (...cells: string[]) =>
    `<w:tr>${cells.map((text) => `<w:tc>${paragraph(text && run(text))}</w:tc>`).join("")}</w:tr>`;
  const table = `<w:tbl>${row("Year", "Oil", "Wick")}${row("", "12", "7")}${row("", "", "9")}</w:tbl>`;
  expect((await word(table)).text).toBe("Year | Oil | Wick\n| 12 | 7\n| | 9");
});

test("of a field the result is read, not the fields in its code", async () => {
  const inner = mark("begin") + code("MERGEFIELD x") + mark("separate") + run("CODE") + mark("end");
  const field =
    mark("begin") +
    code("IF ") +
    inner +
    code(" = 1") +
    mark("separate") +
    run("yes") +
    mark("end");
  expect((await word(paragraph(`${run("Paid: ")}${field}${run(".")}`))).text).toBe("Paid: yes.");
  const cut = paragraph(`${run("A ")}${mark("begin")}${code("PAGE")}<w:del>${mark("end")}</w:del>`);
  expect((await word(cut + wordParagraph("B"))).text).toBe("A\n\nB");
});

test("the chosen entry of an old form's list", async () => {
  const list = (more: string) =>
    `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList>${more}<w:listEntry w:val="Red"/><w:listEntry w:val="Blue"/></w:ddList></w:ffData></w:fldChar></w:r>${code("FORMDROPDOWN")}${mark("end")}`;
  const body = ['<w:result w:val="1"/>', "", '<w:default w:val="1"/>']
    .map((more) => paragraph(run("Colour: ") + list(more)))
    .join("");
  expect((await word(body)).text).toBe("Colour: Blue\n\nColour: Red\n\nColour: Blue");
});

test.each([
  ["of now", "<w:drawing><wps:txbx>", "</wps:txbx></w:drawing>"],
  ["of old", "<w:pict><v:textbox>", "</v:textbox></w:pict>"],
])("a text box %s does not interrupt the sentence that it hangs on", async (_, open, close) => {
  const box = `<w:r>${open}<w:txbxContent>${wordParagraph("In a box.")}${wordParagraph("Too.")}</w:txbxContent>${close}</w:r>`;
  const body = paragraph(run("The lamp ") + box + run("is lit.")) + wordParagraph("Next.");
  expect((await word(body)).text).toBe("The lamp is lit.\n\nIn a box.\n\nToo.\n\nNext.");
});

test("a deleted item of a list has no number", async () => {
  const list = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>';
  const body =
    paragraph(run("a"), list) +
    paragraph(
      "<w:del><w:r><w:delText>b</w:delText></w:r></w:del>",
      `${list}<w:rPr><w:del/></w:rPr>`,
    ) +
    paragraph(run("c"), list);
  const numbering =
    '<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>';
  expect((await word(body, { "word/numbering.xml": numbering })).text).toBe("1. a\n\n2. c");
});

test("headings are known by their usual ids where the styles are lost", async () => {
  const body = wordParagraph("Lamps", "Heading1") + wordParagraph("Text.", "BodyText");
  const { sections } = await word(body, { "word/styles.xml": "<w:styles/>" });
  expect(sections.map(({ label }) => label)).toEqual(["Lamps"]);
});
