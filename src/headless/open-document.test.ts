// `ask` reads what people have, not only text files.
import { expect, test } from "vitest";
import { openDocument } from "./open-document.ts";

const FIXTURES = "src/documents/fixtures";

test.each([
  ["pdf-fakebold.pdf", "Description of the lamp The lamp is lit at nine."],
  ["docx-hidden.docx", "Seen. Also seen."],
  ["epub-percent.epub", "One\n\nThe keeper is Marta Quell."],
])("%s is read as its text", async (name, text) => {
  expect((await openDocument(`${FIXTURES}/${name}`)).text).toBe(text);
});

test("a text in an old encoding is read", async () => {
  const { text } = await openDocument(`${FIXTURES}/cp866.txt`);
  expect(text).toContain("Смотрителя маяка зовут Марта.");
});

test("what is missing is said", async () => {
  await expect(openDocument("no/such/file.pdf")).rejects.toMatchObject({ code: "not-found" });
});
