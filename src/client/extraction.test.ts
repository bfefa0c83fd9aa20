// An extraction and its end: what comes through, cancelling, and a worker that gets nowhere.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Comlink from "comlink";
import type { ExtractionApi } from "../../workers/extraction-protocol.ts";
import { runExtraction } from "./extraction.ts";

/** A worker of this process: its other end answers as the extraction worker does. */
function fakeWorker(extract: ExtractionApi["extract"]) {
  const { port1, port2 } = new MessageChannel();
  Comlink.expose({ extract } satisfies ExtractionApi, port2);
  let terminated = 0;
  const worker = Object.assign(port1, {
    terminate() {
      terminated++;
      port1.close();
      port2.close();
    },
  }) as unknown as Worker;
  return { worker, terminated: () => terminated };
}

const file = new File(["bytes"], "slow.pdf");
const result = { title: null, text: new Blob(["text"]), sections: [], notices: [] };

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("a file that reports is read, however long it takes, and its worker ended", async () => {
  let report: (done: number) => Promise<void> = () => Promise.reject(new Error("not started"));
  let finish: () => void = () => {};
  const { worker, terminated } = fakeWorker(async (_, onProgress) => {
    report = async (done) => onProgress({ done, total: 9, unit: "pages" });
    await new Promise<void>((resolve) => (finish = resolve));
    return result;
  });
  const pages: number[] = [];
  const { done } = runExtraction({ worker, release: () => {} }, file, (progress) =>
    pages.push(progress.done),
  );
  await vi.waitUntil(() => report.length === 1);
  for (let page = 1; page <= 5; page++) {
    await vi.advanceTimersByTimeAsync(40_000);
    await report(page);
  }
  finish();
  expect(await (await done).text.text()).toBe("text");
  expect(pages).toEqual([1, 2, 3, 4, 5]);
  expect(terminated()).toBe(1);
});

test("a worker that reports nothing for a minute is ended with a sentence", async () => {
  const { worker, terminated } = fakeWorker(() => new Promise(() => {}));
  const { done } = runExtraction({ worker, release: () => {} }, file, () => {});
  const failure = expect(done).rejects.toMatchObject({
    code: "too-large",
    message: expect.stringContaining("slow.pdf") as string,
  });
  await vi.advanceTimersByTimeAsync(59_000);
  expect(terminated()).toBe(0);
  await vi.advanceTimersByTimeAsync(2_000);
  await failure;
  expect(terminated()).toBe(1);
});

test("cancelling ends the worker at once", async () => {
  const { worker, terminated } = fakeWorker(() => new Promise(() => {}));
  const { done, cancel } = runExtraction({ worker, release: () => {} }, file, () => {});
  cancel();
  await expect(done).rejects.toMatchObject({ code: "cancelled" });
  expect(terminated()).toBe(1);
});
