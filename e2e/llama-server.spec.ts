// The whole way with the real llama.cpp server, in the long suite: INKSPAN_LONG=1 INKSPAN_LLAMA_SERVER=PATH. A
// book is read in the page, a question goes to the server, and its answer is verified and shown here.
import { addFile, openSettings, waitForDocument, waitForModel } from "../src/cli/page-driver.mjs";
import { serverInstruction } from "../src/engine/model-server/question-messages.ts";
import {
  openRecorder,
  type Recorder,
} from "../src/engine/model-server/testing/exchange-recorder.ts";
import {
  LLAMA_KEY,
  LLAMA_MODEL,
  LLAMA_SERVER,
  type LlamaServer,
  openLlamaServer,
} from "../src/engine/model-server/testing/llama-server.ts";
import { expect, PLANTED_QUESTION, plantedBook, test as base, textFile } from "./fixtures.ts";

const BOOK = textFile("island.txt", plantedBook(24_000));
const LONG_MS = 600_000;

const test = base.extend<{ llama: LlamaServer; recorder: Recorder }>({
  llama: async ({}, use) => {
    const server = await openLlamaServer(4096);
    await use(server);
    await server.close();
  },
  recorder: async ({ llama }, use) => {
    const recorder = await openRecorder(new URL(llama.base).origin);
    await use(recorder);
    await recorder.close();
  },
});

const plain = (text: string) => text.replace(/\s+/gu, " ").trim();

if (process.env["INKSPAN_LONG"] && LLAMA_SERVER) {
  test("a book is read here, the real server answers from its passages, and the answer can be checked", async ({
    page,
    site,
    llama,
    recorder,
  }) => {
    test.setTimeout(2 * LONG_MS);
    await page.goto(site.address);
    await waitForModel(page);
    await addFile(page, BOOK);
    await waitForDocument(page, "island");
    const settings = await openSettings(page);
    const panel = settings.getByRole("region", { name: "Model server" });
    await panel.getByRole("checkbox", { name: "Let a server answer" }).check();
    await panel.getByLabel(/^Server address/).fill(recorder.base);
    await panel.getByLabel(/^Key/).fill(LLAMA_KEY);
    await panel.getByRole("button", { name: "Look for models" }).click();
    await expect(panel.getByRole("combobox", { name: /^Model/ })).toHaveValue(LLAMA_MODEL);
    await page.keyboard.press("Escape");

    const box = page.getByRole("textbox", { name: "Question" });
    await box.fill(PLANTED_QUESTION);
    await box.press("Enter");
    const consent = page.getByRole("alertdialog", { name: /Send this question/ });
    await consent.getByRole("button", { name: "Send", exact: true }).click();
    const turn = page.getByRole("article", { name: `Question: ${PLANTED_QUESTION}` });
    const answer = turn.getByRole("region", { name: "Answer" });
    await expect(answer).toHaveAttribute("data-status", "streaming", { timeout: LONG_MS });
    await expect(answer).toHaveAttribute("data-status", "done", { timeout: LONG_MS });
    await expect(answer).toContainText("73194");
    await expect(turn.locator("[data-answerer]")).toContainText(`Answered by ${LLAMA_MODEL}`);
    await answer.getByRole("button", { name: /73194/ }).first().click();
    const text = page.getByRole("region", { name: "Document text" });
    // A passage is marked paragraph by paragraph.
    const marked = text.locator("mark[data-active]").filter({ hasText: "73194" });
    await expect(marked).toBeInViewport();

    await test.step("the request holds instruction, passages and question, and nothing else", () => {
      const asked = recorder.seen.filter(({ method }) => method === "POST");
      expect(asked).toHaveLength(1);
      const { messages, ...rest } = JSON.parse(asked[0]!.body) as { messages: unknown };
      expect(rest).toEqual({
        ...{ model: LLAMA_MODEL, max_tokens: 200, temperature: 0, top_p: 0.95, seed: 1 },
        ...{ stream: true, stream_options: { include_usage: true } },
      });
      const [system, user, ...others] = messages as { role: string; content: string }[];
      expect(others).toEqual([]);
      expect(system).toEqual({ role: "system", content: serverInstruction(undefined) });
      const [, passages] = /^Passages:\n\n([^]*)\n\nQuestion: (.*)$/.exec(user!.content)!;
      expect(user!.content.endsWith(`\n\nQuestion: ${PLANTED_QUESTION}`)).toBe(true);
      const sent = passages!.split(/(?:^|\n\n)\[\d+\](?: \([^)]*\))? /u).slice(1);
      const book = plain(BOOK.buffer.toString());
      for (const passage of sent) expect(book).toContain(plain(passage));
      expect(sent.length).toBeLessThanOrEqual(12);
      expect(sent.join("").length, "passages, not the book").toBeLessThan(0.6 * book.length);
    });

    await test.step("the server goes in the middle of an answer: one sentence, and the question stays", async () => {
      await box.fill("What is told of the captain?");
      await box.press("Enter");
      const second = page.getByRole("article", { name: "Question: What is told of the captain?" });
      const writing = second.getByRole("region", { name: "Answer" });
      await expect(writing).toHaveAttribute("data-status", "streaming", { timeout: LONG_MS });
      llama.kill();
      await expect(second.locator('[data-code="server-broke-off"]')).toBeVisible();
      await expect(second).toContainText("What is told of the captain?");
    });
  });
}
