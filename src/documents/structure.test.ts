// What belongs to a text besides its letters: numbers of lists, indentation, notes, formulas, headings;
// and what a reader never sees.
import { describe, expect, test } from "vitest";
import { buildZip, docxFiles, epubFiles, wordParagraph } from "./testing/build-archives.ts";
import { buildPdf, textPage } from "./testing/build-pdf.ts";
import { extract } from "./testing/extract.ts";

const labels = ({ sections }: { sections: readonly { label: string }[] }) =>
  sections.map(({ label }) => label);
const html = async (body: string) => (await extract("a.html", `<html><body>${body}`)).text;

describe("web pages", () => {
  test.each([
    ["<ol><li>a<li>b</ol>", "1. a\n2. b"],
    ["<ol type=a start=3><li>a<li>b</ol>", "c. a\nd. b"],
    ["<ol type=I><li>a<li value=4>b<li>c</ol>", "I. a\nIV. b\nV. c"],
    ["<ol reversed><li>a<li>b<li>c</ol>", "3. a\n2. b\n1. c"],
    ["<ol><li>a<ol type=i><li>b<li>c</ol><li>d</ol>", "1. a\n\ni. b\nii. c\n\n2. d"],
    ["<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n\n- b\n\n2. c"],
    ["<ol style='list-style-type: lower-alpha'><li>a<li>b</ol>", "a. a\nb. b"],
    ["<ol><li><p>a</p><li><p>b</p></ol>", "1. a\n\n2. b"],
    ["<ol><li></li><li>b</li></ol><p>c", "2. b\n\nc"],
    ["<ol start=27 type=A><li>a</ol>", "AA. a"],
  ])("the numbers of %s", async (markup, text) => {
    expect(await html(markup)).toBe(text);
  });

  test.each([
    ["<h1>Chapter 1<br>The lamp</h1>", "Chapter 1 The lamp"],
    ["<h1><div>Chapter 1</div><div>The lamp</div></h1>", "Chapter 1 The lamp"],
    ["<h2><p>Chapter 1</p>The lamp</h2>", "Chapter 1 The lamp"],
    ["<h1>The <em>lam</em>p</h1>", "The lamp"],
  ])("lines of a heading are words of their own in its label: %s", async (markup, label) => {
    const page = `<html><body>${markup}<p>Text.`;
    expect(labels(await extract("a.html", page))).toEqual([label]);
  });

  test("so are those of a Word heading", async () => {
    const heading = wordParagraph("Chapter 1", "Heading1").replace(
      "</w:t>",
      "</w:t><w:br/><w:t>The lamp</w:t><w:tab/><w:t>again</w:t>",
    );
    const file = await buildZip(docxFiles(heading + wordParagraph("Text.")));
    expect(labels(await extract("a.docx", file))).toEqual(["Chapter 1 The lamp again"]);
  });

  test("preformatted text keeps indentation, blank lines and tabs", async () => {
    expect(await html("<pre>\n  a\n\n\tb  c\n</pre>d")).toBe("  a\n\n\tb  c\n\nd");
    expect(await html("<p>x</p><pre><span>if</span> a:\n    <b>b</b>\n</pre>")).toBe(
      "x\n\nif a:\n    b",
    );
  });

  test.each([
    [
      "Energy <math><mi>a</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>.",
      "Energy a=1/2.",
    ],
    ["<math><msup><mi>x</mi><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></msup></math>", "xⁿ⁺¹"],
    ["<math><msqrt><mi>x</mi></msqrt></math>", "√(x)"],
    [
      '<span class="katex"><span class="katex-mathml"><math><semantics><mi>x</mi><annotation encoding="application/x-tex">x</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">x</span></span> is',
      "x is",
    ],
    [
      '<span style="display: none" class="mwe-math-mathml-inline mwe-math-mathml-a11y"><math alttext="{y}"><mi>y</mi></math></span><img alt="{y}"> is',
      "y is",
    ],
    [
      "<math><semantics><mi>z</mi><annotation-xml><mi>q</mi></annotation-xml></semantics></math>",
      "z",
    ],
    [
      '<mjx-container><mjx-math aria-hidden="true"><mjx-mi>x</mjx-mi></mjx-math><mjx-assistive-mml><math><mi>x</mi></math></mjx-assistive-mml></mjx-container> is',
      "x is",
    ],
    [
      '<span class="MathJax"><nobr aria-hidden="true"><span>x2</span></nobr><span class="MJX_Assistive_MathML"><math><msup><mi>x</mi><mn>2</mn></msup></math></span></span> is',
      "x² is",
    ],
  ])("a formula is read once: %s", async (markup, text) => {
    expect(await html(markup)).toBe(text);
  });

  test.each([
    ["10<sup>6</sup> barrels", "10⁶ barrels"],
    ["the 1<sup>st</sup> lamp", "the 1st lamp"],
    ["lamp<sup><a href='#n1'>1</a></sup> lit", "lamp[1] lit"],
    ["lamp<a epub:type='noteref' href='n.xhtml#n1'>2</a> lit", "lamp[2] lit"],
    ["lamp<sup><a href='#c'>[3]</a></sup> lit", "lamp[3] lit"],
    ["in 1901<a href='#n1'><sup>2</sup></a> lit", "in 1901[2] lit"],
    ["<a href='#e'>mc<sup>2</sup></a> holds", "mc² holds"],
    ["She said <q>he said <q>no</q></q>.", "She said “he said ‘no’”."],
    ["one <span role=doc-pagebreak>12</span>two", "one two"],
    ["H<sub>2</sub>O", "H2O"],
    ["<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>", "漢字"],
    ["<ruby><rb>東</rb><rtc><rt>とう</rt></rtc></ruby>京", "東京"],
  ])("marks and readings: %s", async (markup, text) => {
    expect(await html(markup)).toBe(text);
  });

  test.each(["hidden", 'style="display:none"', "style='color:red; Visibility: hidden;'"])(
    "what is hidden by %s is not read",
    async (attribute) => {
      expect(await html(`<p>Seen.</p><p ${attribute}>HIDDEN</p><p>Too.`)).toBe("Seen.\n\nToo.");
    },
  );

  test("cells stay in their row, empty ones and paragraphs in them too", async () => {
    const table =
      "<table><tr><td><p>Year</p><td><p>Oil</p><td>Wick<tr><td>1902<td><td><div>9</div></table>";
    expect(await html(table)).toBe("Year | Oil | Wick\n1902 | | 9");
    const first = "<table><tr><th>Year<th>Oil<th>Wick<tr><td><td>12<td>7<tr><td><td><td>9</table>";
    expect(await html(first)).toBe("Year | Oil | Wick\n| 12 | 7\n| | 9");
  });

  test.each([
    [
      "<tr><td rowspan=2>a<td>b<td>c<tr><td>d<td>e<tr><td>f<td>g<td>h",
      "a | b | c\n| d | e\nf | g | h",
    ],
    ["<tr><td>a<td rowspan=3>b<td>c<tr><td>d<td>e<tr><td>f<td>g", "a | b | c\nd | | e\nf | | g"],
    ["<tr><td colspan=2 rowspan=2>a<td>b<tr><td>c<tr><td>d<td>e<td>f", "a | b\n| | c\nd | e | f"],
    ["<tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d", "a | b\n| c\n| d"],
    [
      "<tr><td>a<td>b<td rowspan=2>c<tr><td>d<td>e<tr><td>f<td>g<td>h",
      "a | b | c\nd | e\nf | g | h",
    ],
  ])("cells that reach into the rows below: %s", async (rows, text) => {
    expect(await html(`<table>${rows}</table>`)).toBe(text);
  });

  test("a program of lines in blocks, beside their numbers", async () => {
    expect(await html("<pre><div>if x:</div><div>    y()</div></pre>")).toBe("if x:\n    y()");
    const numbered =
      "<table><tr><td class='linenos'><pre>1\n2</pre></td><td><pre>if x:\n    y()</pre></table>";
    expect(await html(numbered)).toBe("if x:\n    y()");
  });

  test("a title that stands nowhere on the page is not put into it", async () => {
    const body =
      "<article><p>The lamp is lit at nine, and the keeper writes it down.</p></article>";
    const page = `<html><head><title>Site of lamps</title></head><body>${body}</body></html>`;
    const document = await extract("a.html", page);
    expect(document.text).toBe("The lamp is lit at nine, and the keeper writes it down.");
    expect(document.title).toBe("Site of lamps");
    expect(document.sections).toEqual([]);
  });
});

describe("Markdown", () => {
  test.each([
    ["~~~\n# no\n```\n# no\n~~~\n# Yes", ["Yes"]],
    ["- item\n  ```sh\n  # no\n  ```\n# Yes", ["Yes"]],
    ["1. ```\n   # no\n   ```\n\n# Yes", ["Yes"]],
    ["> ```\n> # no\n> ```\n\n# Yes", ["Yes"]],
    ["````\n```\n# no\n````\n# Yes", ["Yes"]],
    ["``` not a fence ```\n# Yes", ["Yes"]],
    ["<!--\n# no\n-->\n# Yes", ["Yes"]],
    ["<pre>\n# no\n</pre>\n# Yes", ["Yes"]],
    ["<!-- one line -->\n# Yes", ["Yes"]],
    ["One\n===\n\nTwo\nlines\n---\n\ntext\n\n---\n", ["One", "Two lines"]],
    ["- item\n---\n# Yes", ["Yes"]],
    ["| a |\n|---|\n\n# Yes ##", ["Yes"]],
    ["+++\n# no\ntitle = 'T'\n+++\n# Yes", ["Yes"]],
    ["---\n\n# Yes\n\n---\n", ["Yes"]],
    ["# C#\n## F# #\n#hash\n####### seven", ["C#", "F#"]],
    ["```\n# open to the end", []],
    ["\t# code\n    # code\n   # Yes", ["Yes"]],
    ["<div>\n# no\n\n# Yes\n</div>", ["Yes"]],
    ["> ```\n> # no\n\n# Yes", ["Yes"]],
    ["- ```\n  # no\n# Yes", ["Yes"]],
    ["# [Yes](https://a.example) ![too](b.png) {#id}", ["Yes too"]],
    ["<https://a.example>\n# Yes", ["Yes"]],
    ["\n\n---\nOne\n---\n\n* * *\nTwo\n===", ["One", "Two"]],
    [
      "# <a name='x'></a>Yes <!-- no -->\n# [No][1] <https://a.example>",
      ["Yes", "No <https://a.example>"],
    ],
    ["# The `<body>`", ["The `<body>`"]],
  ])("%j", async (text, wanted) => {
    expect(labels(await extract("a.md", text))).toEqual(wanted);
  });

  test("the title of the front matter is the document's", async () => {
    const document = await extract("a.md", '---\ndate: 1\ntitle: "The Log: a book"\n---\ntext');
    expect(document.title).toBe("The Log: a book");
    expect(document.text).toContain("date: 1");
    expect((await extract("a.md", "---\ntitle: >\n  Log\n---\ntext")).title).toBeUndefined();
  });
});

const level = (at: number, format: string, text: string, more = "") =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/>${more}</w:lvl>`;
const numbering = (
  levels: string,
  nums = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
) =>
  `<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0">${levels}</w:abstractNum>${nums}</w:numbering>`;
const item = (text: string, at = 0, num = 1, style = "") =>
  `<w:p><w:pPr>${style && `<w:pStyle w:val="${style}"/>`}<w:numPr><w:ilvl w:val="${at}"/><w:numId w:val="${num}"/></w:numPr></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
const word = async (body: string, more: Readonly<Record<string, string>> = {}) =>
  extract("a.docx", await buildZip({ ...docxFiles(body), ...more }));

describe("Word", () => {
  test("numbers of several levels, restarted and continued", async () => {
    const levels =
      level(0, "upperRoman", "Article %1") +
      level(1, "decimal", "%1.%2", "<w:isLgl/>") +
      level(2, "lowerLetter", "%3)");
    const body =
      item("a") +
      item("b", 1) +
      item("c", 2) +
      item("d", 2) +
      item("e", 1) +
      wordParagraph("x") +
      item("f") +
      item("g", 1) +
      item("h", 2);
    const { text } = await word(body, { "word/numbering.xml": numbering(levels) });
    expect(text.split("\n\n")).toEqual([
      "Article I a", "1.1 b", "a) c", "b) d", "1.2 e", "x", "Article II f", "2.1 g", "a) h",
    ]); // prettier-ignore
  });

  test("a list of its own start, bullets, removed numbers, empty and deleted paragraphs", async () => {
    const nums =
      '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>';
    const levels = level(0, "decimal", "%1.") + level(1, "bullet", "\uf0b7");
    const body =
      item("a") + item("b", 1) + item("") + item("c") + item("d", 0, 2) + item("e", 0, 0);
    const { text } = await word(body, { "word/numbering.xml": numbering(levels, nums) });
    expect(text).toBe("1. a\n\n- b\n\n3. c\n\n5. d\n\ne");
  });

  test("numbers that come from styles, as those of headings do", async () => {
    const styles =
      '<w:styles xmlns:w="w"><w:style w:styleId="H"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:styleId="Own"><w:name w:val="My clause"/><w:basedOn w:val="H"/></w:style></w:styles>';
    const body = wordParagraph("Scope", "H") + wordParagraph("Terms", "Own");
    const document = await word(body, {
      "word/styles.xml": styles,
      "word/numbering.xml": numbering(level(0, "decimal", "§ %1")),
    });
    expect(document.text).toBe("§ 1 Scope\n\n§ 2 Terms");
    expect(labels(document)).toEqual(["§ 1 Scope", "§ 2 Terms"]);
  });

  test.each([
    ['<w:rPr><w:vanish w:val="1"/></w:rPr>', false],
    ['<w:rPr><w:vanish w:val="false"/></w:rPr>', true],
    ['<w:rPr><w:rStyle w:val="Gone"/></w:rPr>', false],
    ["<w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr>", true],
  ])("a run with %s is seen: %s", async (properties, isSeen) => {
    const styles =
      '<w:styles xmlns:w="w"><w:style w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>';
    const body = `<w:p><w:r><w:t>a </w:t></w:r><w:r>${properties}<w:t>marker</w:t></w:r></w:p>`;
    const { text } = await word(body, { "word/styles.xml": styles });
    expect(text.includes("marker")).toBe(isSeen);
  });

  test("marks of notes stand in the text and before the notes", async () => {
    const reference = (kind: string, id: number) => `<w:r><w:${kind}Reference w:id="${id}"/></w:r>`;
    const body = `<w:p><w:r><w:t>The lamp</w:t></w:r>${reference("footnote", 7)}<w:r><w:t> burns</w:t></w:r>${reference("endnote", 2)}<w:r><w:t>.</w:t></w:r></w:p>`;
    const note = (kind: string, id: number, text: string, type = "") =>
      `<w:${kind}s xmlns:w="w"><w:${kind} w:id="0" w:type="separator"><w:p><w:r><w:separator/></w:r></w:p></w:${kind}><w:${kind} w:id="${id}"${type}><w:p><w:r><w:${kind}Ref/></w:r><w:r><w:t> ${text}</w:t></w:r></w:p></w:${kind}></w:${kind}s>`;
    const { text } = await word(body, {
      "word/footnotes.xml": note("footnote", 7, "Of brass."),
      "word/endnotes.xml": note("endnote", 2, "All night."),
    });
    expect(text).toBe("The lamp[1] burns[e1].\n\n[1] Of brass.\n\n[e1] All night.");
  });

  test("raised digits, symbols, ruby, deleted rows and joined paragraphs", async () => {
    const run = (text: string, properties = "") =>
      `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${text}</w:t></w:r>`;
    const body =
      `<w:p>${run("10")}${run("6", '<w:vertAlign w:val="superscript"/>')}${run(" barrels ")}<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r></w:p>` +
      `<w:p><w:r><w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>${run("字")}</w:p>` +
      `<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p>${run("gone")}</w:p></w:tc></w:tr><w:tr><w:tc><w:p>${run("a")}</w:p></w:tc><w:tc><w:p/></w:tc><w:tc><w:p>${run("c")}</w:p></w:tc></w:tr></w:tbl>` +
      `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>${run("One sentence ")}</w:p><w:p>${run("goes on.")}</w:p>`;
    expect((await word(body)).text).toBe(
      "10⁶ barrels ☑\n\n漢字\n\na | | c\n\nOne sentence goes on.",
    );
  });

  test.each([
    ["Symbol", "F061", "α"],
    ["Symbol", "F0A3", "≤"],
    ["Symbol", "0044", "Δ"],
    ["Wingdings", "F0FC", "✓"],
    ["Wingdings 2", "F052", "☑"],
    ["Wingdings 2", "F0A3", "☐"],
    ["Wingdings 3", "F067", "→"],
    ["Arial", "00E9", "é"],
    ["constructor", "F0FE", "☑"],
  ])("a symbol of %s at %s is %s", async (font, char, shown) => {
    const body = `<w:p><w:r><w:sym w:font="${font}" w:char="${char}"/></w:r></w:p>`;
    expect((await word(`${body}${wordParagraph("x")}`)).text).toBe(`${shown}\n\nx`);
  });

  test("letters set in a symbol font, and ticked boxes of old forms", async () => {
    const tick = (more: string) =>
      `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:sizeAuto/>${more}</w:checkBox></w:ffData></w:fldChar></w:r>`;
    const body =
      `<w:p><w:r><w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr><w:t>\uf044</w:t></w:r><w:r><w:t>x \uf0fe </w:t></w:r></w:p>` +
      `<w:p>${tick('<w:default w:val="0"/><w:checked/>')}<w:r><w:t> agreed</w:t></w:r></w:p>` +
      `<w:p>${tick('<w:default w:val="1"/><w:checked w:val="0"/>')}<w:r><w:t> refused</w:t></w:r></w:p>` +
      `<w:p>${tick('<w:default w:val="1"/>')}<w:r><w:t> by habit</w:t></w:r></w:p>`;
    expect((await word(body)).text).toBe("Δx ☑\n\n☒ agreed\n\n☐ refused\n\n☒ by habit");
  });

  test.each(["x", "ns0", ""])("any prefix of the namespace: %j", async (prefix) => {
    const named = (xml: string) =>
      prefix === ""
        ? xml
            .replaceAll(/<(\/?)w:/g, "<$1")
            .replaceAll(" w:", " ")
            .replace("xmlns:w", "xmlns")
        : xml.replaceAll("w:", `${prefix}:`).replaceAll("xmlns:w=", `xmlns:${prefix}=`);
    const files = docxFiles(wordParagraph("Lamps", "Heading1") + wordParagraph("Text."));
    const bytes = await buildZip(
      Object.fromEntries(Object.entries(files).map(([name, xml]) => [name, named(xml)])),
    );
    const document = await extract("a.docx", bytes);
    expect(document.text).toBe("Lamps\n\nText.");
    expect(labels(document)).toEqual(["Lamps"]);
  });
});

describe("books", () => {
  test.each([2, 3] as const)("entities in the labels of an EPUB %i", async (version) => {
    const chapters = [
      {
        body: "<p>x</p>",
        contents: [["Caf&eacute;&nbsp;&mdash; R&amp;D &#8211; &lt;i&gt;", ""] as const],
      },
    ];
    const document = await extract(
      "a.epub",
      await buildZip(epubFiles("L&eacute;on", chapters, version)),
    );
    expect(labels(document)).toEqual(["Café — R&D – <i>"]);
    expect(document.title).toBe("Léon");
  });
});

describe("forms", () => {
  const field = (more: string, y: number) =>
    `<< /Type /Annot /Subtype /Widget /Rect [250 ${y - 5} 400 ${y + 12}] /F 4 ${more} >>`;
  test("texts, choices and ticks stand behind their labels; hidden ones do not", async () => {
    const pdf = buildPdf([textPage(["Name:", "Colour:", "Lit:", "Out:", "Secret:"], 30)], {
      annotations: [
        field("/FT /Tx /T (n) /V (Marta Quell)", 760),
        field("/FT /Ch /T (c) /Ff 131072 /Opt [[(r) (Red)] [(b) (Blue)]] /V (b)", 730),
        field("/FT /Btn /T (l) /V /Yes /AS /Yes /AP << /N << /Yes null /Off null >> >>", 700),
        field("/FT /Btn /T (o) /V /Off /AS /Off /AP << /N << /Yes null /Off null >> >>", 670),
        field("/FT /Tx /T (s) /V (HIDDEN)", 640).replace("/F 4", "/F 2"),
      ],
    });
    const { text } = await extract("form.pdf", pdf);
    expect(text).toMatch(
      /Name:\s+Marta Quell\s+Colour:\s+Blue\s+Lit:\s+\[x\]\s+Out:\s+\[ \]\s+Secret:/,
    );
    expect(text).not.toContain("HIDDEN");
  });
});
