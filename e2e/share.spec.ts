// Indexed documents as files and as links, and questions to several documents at once, in the real page.
import type { Download, Page } from "@playwright/test";
import { createServer, type Server } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../src/cli/build.mjs";
import {
  addFile,
  askQuestion,
  documentAction,
  documentCard,
  waitForDocument,
  waitForModel,
} from "../src/cli/page-driver.mjs";
import { expect, plantedBook, PLANTED_QUESTION, test, textFile } from "./fixtures.ts";

/** Another document of the same book, without the planted sentence. */
const LATER_CHAPTER = readFileSync(join(ROOT, "public/sample/treasure-island.txt"), "utf8").slice(
  120_000,
  121_300,
);

async function exportDocument(page: Page, title: string): Promise<Buffer> {
  const downloading = page.waitForEvent("download", { timeout: 120_000 });
  await documentAction(page, title, "Export");
  const download: Download = await downloading;
  expect(download.suggestedFilename()).toBe(`${title}.ltri`);
  return readFileSync(await download.path());
}

async function remove(page: Page, title: string): Promise<void> {
  await documentAction(page, title, "Delete");
  await page.getByRole("button", { name: "Delete document" }).click();
  await expect(documentCard(page, title)).toHaveCount(0, { timeout: 60_000 });
  // Other notices may stand beside it; dismissed, the deletion is final at once.
  await page.getByRole("button", { name: `Dismiss: “${title}” was deleted.` }).click();
}

const ltri = (buffer: Buffer) => ({
  name: "island.ltri",
  mimeType: "application/octet-stream",
  buffer,
});

/** Another site that hosts the file and lets pages read it. */
async function host(file: Buffer): Promise<{ address: string; hits: string[]; server: Server }> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(request.headers.referer ?? "no referrer");
    if (request.url !== "/island.ltri") return response.writeHead(404).end();
    const headers = { "access-control-allow-origin": "*", "content-length": file.length };
    return response.writeHead(200, headers).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return { address: `http://127.0.0.1:${port}/island.ltri`, hits, server };
}

test("a link offers its document, adds it once and opens it from then on without the network", async ({
  page,
  site,
}) => {
  await page.goto(site.address);
  await waitForModel(page);
  await addFile(page, textFile("island.txt", plantedBook(1_500)));
  await waitForDocument(page, "island");
  const file = await exportDocument(page, "island");
  await remove(page, "island");
  const { address, hits, server } = await host(file);
  try {
    const link = `${site.address}&document=${encodeURIComponent(address)}`;
    const dialog = page.getByRole("dialog", { name: "Add this document?" });
    await page.goto(link);
    await expect(dialog).toContainText("island", { timeout: 120_000 });
    await expect(dialog).toContainText("127.0.0.1");
    await dialog.getByRole("button", { name: "Add document" }).click();
    await expect(documentCard(page, "island")).toHaveAttribute("data-state", /complete|stale/, {
      timeout: 120_000,
    });
    expect(new Set(hits)).toEqual(new Set(["no referrer"]));
    const asked = hits.length;
    await page.goto(link);
    await expect(documentCard(page, "island")).toHaveCount(1, { timeout: 120_000 });
    await expect(dialog).toHaveCount(0, { timeout: 120_000 });
    expect(hits.length).toBe(asked);
  } finally {
    server.close();
  }
});

test("a document is exported, imported from the file and from a link, and answers the same", async ({
  page,
  site,
}) => {
  await page.goto(site.address);
  await waitForModel(page);
  await addFile(page, textFile("island.txt", plantedBook(2_500)));
  await waitForDocument(page, "island");
  const before = await askQuestion(page, PLANTED_QUESTION);
  expect(before.answer).toContain("73194");
  const file = await exportDocument(page, "island");
  expect(file.subarray(0, 8).toString()).toBe("LTRIDOC1");

  // What is here already is not stored twice.
  await addFile(page, ltri(file));
  await expect(page.getByRole("list", { name: "Transfers" })).toHaveCount(0);
  await expect(documentCard(page, "island")).toHaveCount(1);

  await remove(page, "island");
  const damaged = Buffer.from(file);
  damaged[Math.floor(damaged.length / 2)]! ^= 1;
  await addFile(page, ltri(damaged));
  const alert = page.getByRole("alert");
  await expect(
    alert.locator("[data-code=checksum-mismatch], [data-code=format-invalid]"),
  ).toBeVisible();
  await alert.getByRole("button", { name: /^Dismiss/ }).click();
  await expect(documentCard(page, "island")).toHaveCount(0);

  await addFile(page, ltri(file));
  await expect(documentCard(page, "island")).toHaveAttribute("data-state", "complete", {
    timeout: 60_000,
  });
  const imported = await askQuestion(page, PLANTED_QUESTION);
  expect(imported.answer).toBe(before.answer);
  expect(imported.evidence).toEqual(before.evidence);
  expect(imported.statistics["document-tokens-recomputed"]).toBe("0");
  expect(await exportDocument(page, "island")).toEqual(file);
  await remove(page, "island");

  const { address, hits, server } = await host(file);
  try {
    const link = `${site.address}&document=${encodeURIComponent(address)}`;
    await page.goto(link);
    const dialog = page.getByRole("dialog", { name: "Add this document?" });
    await expect(dialog).toContainText("island", { timeout: 60_000 });
    await expect(dialog).toContainText("127.0.0.1");
    await dialog.getByRole("button", { name: "Do not add" }).click();
    await expect(documentCard(page, "island")).toHaveCount(0);
    await page.goto(link);
    await dialog.getByRole("button", { name: "Add document" }).click();
    await expect(documentCard(page, "island")).toHaveAttribute("data-state", "complete", {
      timeout: 60_000,
    });
    await waitForModel(page);
    const linked = await askQuestion(page, PLANTED_QUESTION);
    expect(linked.answer).toBe(before.answer);
    expect(linked.statistics["document-tokens-recomputed"]).toBe("0");
    expect(new Set(hits)).toEqual(new Set(["no referrer"]));

    // The same link again opens what is there, without asking the other site.
    const asked = hits.length;
    await page.goto(link);
    await waitForModel(page);
    await expect(documentCard(page, "island")).toHaveCount(1);
    await expect(dialog).toHaveCount(0);
    expect(hits.length).toBe(asked);

    await page.goto(`${site.address}&document=${encodeURIComponent(`${address}.gone`)}`);
    await expect(dialog.locator("[data-code=download-failed]")).toBeVisible({ timeout: 60_000 });
    await dialog.getByRole("button", { name: "Close" }).click();
    await expect(dialog).toHaveCount(0);
  } finally {
    server.close();
  }
});

test("a question goes to two documents at once, and its evidence opens the right one", async ({
  page,
  site,
}) => {
  await page.goto(site.address);
  await waitForModel(page);
  await addFile(page, textFile("island.txt", plantedBook(1_500)));
  await waitForDocument(page, "island");
  await addFile(page, textFile("other.txt", Buffer.from(LATER_CHAPTER)));
  await waitForDocument(page, "other");
  await page.getByRole("button", { name: "Select", exact: true }).click();
  for (const title of ["island", "other"]) {
    await page.getByRole("checkbox", { name: `Select ${title}` }).check();
  }
  await page.getByRole("button", { name: "Ask together" }).click();
  await expect(
    page.getByRole("list", { name: "Asked together" }).getByRole("listitem"),
  ).toHaveCount(2);
  await page.getByRole("textbox", { name: "Question" }).fill(PLANTED_QUESTION);
  await page.getByRole("button", { name: "Ask 2 documents" }).click();
  const turn = page.getByRole("article", { name: `Question: ${PLANTED_QUESTION}` });
  await expect(turn.getByRole("region", { name: "Answer" })).toHaveAttribute(
    "data-status",
    "done",
    {
      timeout: 300_000,
    },
  );
  await expect(turn.getByRole("region", { name: "Answer" })).toContainText("73194");
  await expect(turn.locator("[data-statistic=document-tokens-recomputed]")).toHaveText("0");
  // The second document is open; the passage is in the first.
  await expect(page.getByRole("heading", { name: "other" })).toBeVisible();
  await turn.getByRole("button", { name: /^Show passage 1/ }).click();
  await expect(page.getByRole("heading", { name: "island" })).toBeVisible();
  // A passage over several paragraphs has a mark in each.
  await expect(
    page.locator("mark[data-active]").filter({ hasText: "73194" }).first(),
  ).toBeVisible();
  await expect(turn).toBeVisible();
});

test("a second tab shows what the first one reads, and gets it when it is done", async ({
  context,
  page,
  site,
}) => {
  await page.goto(site.address);
  await waitForModel(page);
  const second = await context.newPage();
  await second.goto(site.address);
  await expect(second.getByRole("button", { name: "Paste text" })).toBeEnabled();
  await addFile(page, textFile("island.txt", plantedBook(2_500)));
  await expect(documentCard(second, "island")).toHaveAttribute("data-state", "elsewhere", {
    timeout: 120_000,
  });
  await expect(second.getByRole("button", { name: "Resume island" })).toHaveCount(0);
  await waitForDocument(page, "island");
  await expect(documentCard(second, "island")).toHaveAttribute("data-state", "complete", {
    timeout: 60_000,
  });
  await remove(page, "island");
  await expect(documentCard(second, "island")).toHaveCount(0, { timeout: 60_000 });
});

test("a reading that runs out of storage waits, asks what to delete and goes on", async ({
  context,
  page,
  site,
}) => {
  await page.goto(site.address);
  await waitForModel(page);
  await addFile(page, textFile("old.txt", plantedBook(3_000)));
  await waitForDocument(page, "old");
  const session = await context.newCDPSession(page);
  const { origin } = site;
  const { usage } = (await session.send("Storage.getUsageAndQuota", { origin })) as {
    usage: number;
  };
  // Room for a part of the next document.
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage + 600_000 });
  await addFile(page, textFile("new.txt", plantedBook(2_800)));
  const dialog = page.getByRole("alertdialog", { name: "The storage is full" });
  // Where the page has heard of the smaller room already, it says so before reading.
  const begin = page.getByRole("button", { name: "Begin reading" });
  await expect(dialog.or(begin).first()).toBeVisible({ timeout: 300_000 });
  if (await begin.isVisible()) await begin.click();
  await expect(dialog).toBeVisible({ timeout: 300_000 });
  await expect(documentCard(page, "new")).toHaveAttribute("data-state", "paused");
  await dialog.getByRole("checkbox", { name: /old/ }).check();
  await dialog.getByRole("button", { name: "Delete and go on" }).click();
  await expect(documentCard(page, "old")).toHaveCount(0, { timeout: 60_000 });
  await session.send("Storage.overrideQuotaForOrigin", { origin });
  await expect(documentCard(page, "new")).toHaveAttribute("data-state", "complete", {
    timeout: 300_000,
  });
});
