// A process killed while it reads leaves nothing or a document that the next one finishes; in the end
// answer, evidence and stored bytes are those of an undisturbed reading. INKSPAN_LONG=1: 200 kills.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { randomSource } from "../../engine/store/testing/sample-stream.ts";
import { killReadings } from "./kill-readings.ts";
import { KILL_QUESTION, killText } from "./planted-text.ts";

const KILLS = process.env["INKSPAN_LONG"] ? 200 : 5;

test(
  `a process killed ${KILLS} times while it reads`,
  { timeout: 60_000 + KILLS * 30_000 },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "inkspan-kills-"));
    try {
      const report = await killReadings({
        root: process.cwd(),
        folder,
        model: path.resolve("public/models/nano.gguf"),
        text: killText(readFileSync("public/sample/treasure-island.txt", "utf8")),
        question: KILL_QUESTION.question,
        kills: KILLS,
        random: randomSource(1),
        longestMs: 2500,
      });
      expect(report.kills).toBe(KILLS);
      expect(report.finishedDocuments).toBeGreaterThan(0);
      expect(report.different).toEqual([]);
      expect(report.undisturbed.answer).toContain(KILL_QUESTION.answer);
      expect(report.undisturbed.recomputedDocumentTokens).toBe(0);
      console.log(JSON.stringify(report));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
