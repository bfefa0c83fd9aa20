// Answers of a model server: a text is read here, and one request per question leaves the page, after the
// person has agreed. A server on loopback answers as it is told and keeps what it was sent.
import type { Locator, Page } from "@playwright/test";
import { addFile, openSettings, waitForDocument, waitForModel } from "../src/cli/page-driver.mjs";
import {
  chunk,
  openScriptedServer,
  type ScriptedServer,
  sendJson,
  sendPieces,
} from "../src/engine/model-server/testing/scripted-server.ts";
import { expect, PLANTED_QUESTION, plantedBook, test as base, textFile } from "./fixtures.ts";

const BOOK = textFile("island.txt", plantedBook(8_000));
const QUESTION = PLANTED_QUESTION;
const DONE = "data: [DONE]\n\n";

const test = base.extend<{ server: ScriptedServer; ready: Page }>({
  server: async ({}, use) => {
    const server = await openScriptedServer(async ({ method, path }, response) => {
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader("Access-Control-Allow-Headers", "authorization, content-type");
      if (method === "OPTIONS") response.writeHead(204).end();
      else if (path === "/v1/models") sendJson(response, 200, { data: [{ id: "large-model" }] });
      else {
        const pieces = ["The secret code of the green ", "lantern is 73194 [1]."];
        await sendPieces(response, [...pieces.map((one) => chunk(one)), chunk("", "stop"), DONE]);
        response.end();
      }
    });
    await use(server);
    await server.close();
  },
  /** A page with a document that has been read, and the server named in the settings. */
  ready: async ({ page, site, server }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(site.address);
    await waitForModel(page);
    await addFile(page, BOOK);
    await waitForDocument(page, "island");
    const panel = await openPanel(page);
    await panel.getByRole("checkbox", { name: "Let a server answer" }).check();
    await panel.getByLabel(/^Server address/).fill(server.base);
    await panel.getByLabel(/^Key/).fill("secret");
    await panel.getByRole("button", { name: "Look for models" }).click();
    await expect(panel.getByRole("combobox", { name: /^Model/ })).toHaveValue("large-model");
    await page.keyboard.press("Escape");
    await use(page);
    expect(errors, "uncaught errors").toEqual([]);
  },
});

async function openPanel(page: Page): Promise<Locator> {
  const settings = await openSettings(page);
  return settings.getByRole("region", { name: "Model server" });
}

/** The citation of an answer shows its passage in the text. */
async function expectCitation(page: Page, answer: Locator): Promise<void> {
  await answer.getByRole("button", { name: /73194/ }).first().click();
  const text = page.getByRole("region", { name: "Document text" });
  await expect(text.locator("mark[data-active]").first()).toContainText("73194");
}

const consent = (page: Page) => page.getByRole("alertdialog", { name: /Send this question/ });
const asked = ({ seen }: ScriptedServer) =>
  seen.filter(({ method, path }) => method === "POST" && path === "/v1/chat/completions");

async function ask(page: Page): Promise<void> {
  const box = page.getByRole("textbox", { name: "Question" });
  await box.fill(QUESTION);
  await box.press("Enter");
}

test("nothing leaves before the person agrees; then question and passages do, and the answer is marked", async ({
  ready: page,
  server,
}) => {
  await ask(page);
  await expect(consent(page)).toContainText(`large-model at ${server.base}`);
  await expect(consent(page)).toContainText("island");
  await consent(page).getByRole("button", { name: "Do not send" }).click();
  expect(asked(server)).toEqual([]);
  await expect(page.getByRole("textbox", { name: "Question" }), "it is kept").toHaveValue(QUESTION);

  await ask(page);
  await consent(page).getByRole("button", { name: "Send", exact: true }).click();
  const turn = page.getByRole("article", { name: `Question: ${QUESTION}` });
  const answer = turn.getByRole("region", { name: "Answer" });
  await expect(answer).toHaveAttribute("data-status", "done");
  await expect(answer).toContainText("The secret code of the green lantern is 73194");
  await expect(turn.locator("[data-answerer]")).toContainText("Answered by large-model");
  await expectCitation(page, answer);

  const [request, ...others] = asked(server);
  expect(others).toEqual([]);
  expect(request!.headers.authorization).toBe("Bearer secret");
  const { messages } = JSON.parse(request!.body) as { messages: { content: string }[] };
  const sent = messages.map(({ content }) => content).join("\n");
  expect(sent).toContain(QUESTION);
  expect(sent).toContain("73194");
  expect(sent.length, "passages, not the document").toBeLessThan(BOOK.buffer.length * 0.8);

  await page.reload();
  await waitForModel(page);
  await expect(turn.locator("[data-answerer]"), "the mark is kept").toBeVisible();
  await ask(page);
  await expect(consent(page)).toBeHidden();
  await expect.poll(() => asked(server).length, "asked once for each server").toBe(2);
  expect(asked(server)[1]!.headers.authorization, "the key was forgotten").toBeUndefined();
});

type Answer = ScriptedServer["answer"];
const json = (status: number, message: string): Answer => {
  return (_, response) => sendJson(response, status, { error: { message } });
};
const stream = (pieces: readonly string[], isWhole: boolean): Answer => {
  return async (_, response) => {
    await sendPieces(response, pieces);
    if (isWhole) response.end();
    else response.destroy(); // gone, and not at its end
  };
};

const WRONG: readonly [code: string, says: RegExp, answer: Answer][] = [
  ["server-key", /Invalid API Key/, json(401, "Invalid API Key")],
  [
    "server-context",
    /exceeds the available context size/,
    json(400, "the request exceeds the available context size"),
  ],
  ["server-broke-off", /broke off in the middle/, stream([chunk("The secret")], false)],
  ["server-malformed", /not JSON/, stream([chunk("The secret"), "data: {oops\n\n"], true)],
];

test("the style and the instructions of the settings reach the prompt, also after a reload", async ({
  ready: page,
  server,
}) => {
  const settings = await openSettings(page);
  await settings.getByRole("combobox", { name: "Style of the answers" }).selectOption("A list");
  await settings
    .getByLabel("Instructions for every answer")
    .fill("Name each lantern by its colour.");
  await page.keyboard.press("Escape");
  await ask(page);
  await consent(page).getByRole("button", { name: "Send", exact: true }).click();
  await expect.poll(() => asked(server).length).toBe(1);
  await page.reload();
  await waitForModel(page);
  await ask(page);
  await expect.poll(() => asked(server).length).toBe(2);
  for (const { body } of asked(server)) {
    expect(body).toContain("Name each lantern by its colour.");
    expect(body).toContain("Answer as a list: one point per line");
  }
});

test("what goes wrong is one sentence, and the question stays", async ({ ready: page, server }) => {
  const answer = server.answer;
  const turn = page.getByRole("article", { name: `Question: ${QUESTION}` });
  for (const [i, [code, says, wrong]] of WRONG.entries()) {
    server.answer = (request, response) => {
      if (request.method === "OPTIONS") return answer(request, response);
      response.setHeader("Access-Control-Allow-Origin", "*");
      return wrong(request, response);
    };
    if (i > 0) await turn.getByRole("button", { name: "Ask again" }).first().click();
    else {
      await ask(page);
      await consent(page).getByRole("button", { name: "Send", exact: true }).click();
    }
    await expect(turn.locator(`[data-code="${code}"]`)).toContainText(says);
    await expect(turn).toContainText(QUESTION);
  }
  await test.step("no CORS, and nobody there", async () => {
    server.answer = (_, response) => void response.writeHead(204).end();
    await turn.getByRole("button", { name: "Ask again" }).first().click();
    await expect(turn.locator('[data-code="server-unreachable"]')).toContainText("CORS");
    await server.close();
    await turn.getByRole("button", { name: "Ask again" }).first().click();
    await expect(turn.locator('[data-code="server-unreachable"]')).toBeVisible();
    await expect(turn).toContainText(QUESTION);
  });
});

test("without a model on this device a document is added, asked, and read when a model is wanted again", async ({
  page,
  site,
  server,
}) => {
  await page.goto(site.address);
  await waitForModel(page);
  const panel = await openPanel(page);
  await panel.getByRole("checkbox", { name: "Let a server answer" }).check();
  await panel.getByLabel(/^Server address/).fill(server.base);
  await panel.getByRole("button", { name: "Look for models" }).click();
  const alone = panel.getByRole("checkbox", { name: "Work without a model on this device" });
  await alone.check();
  await page.keyboard.press("Escape");
  const status = page.getByRole("status", { name: "Model" });
  await expect(status).toHaveAttribute("data-phase", "idle");

  await page.reload();
  await expect(status, "none is loaded on the next visit").toHaveAttribute("data-phase", "idle");
  await addFile(page, BOOK);
  const card = page.locator('li.document[data-state="unread"]');
  await expect(card).toContainText("Not read");
  await ask(page);
  await consent(page).getByRole("button", { name: "Send", exact: true }).click();
  const turn = page.getByRole("article", { name: `Question: ${QUESTION}` });
  const answer = turn.getByRole("region", { name: "Answer" });
  await expect(answer).toHaveAttribute("data-status", "done");
  await expectCitation(page, answer);
  await expect(card, "it was not read for that").toBeVisible();

  await openPanel(page);
  await alone.uncheck();
  await page.keyboard.press("Escape");
  await waitForModel(page);
  await card.getByRole("button", { name: "Read on this device" }).click();
  await waitForDocument(page, "island");
});
