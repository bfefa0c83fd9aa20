import { expect, test } from "vitest";
import { createStore } from "zustand/vanilla";
import type { ExtractionProgress } from "../../workers/extraction-protocol.ts";
import { initialState, type AppState } from "./app-state.ts";
import { importActions, titleOfFile, type Extract } from "./import-actions.ts";
import { parseSettings } from "./settings.ts";

interface Running {
  readonly file: File;
  report(progress: ExtractionProgress): void;
  finish(text: string, title: string | null, notices?: readonly string[]): void;
  fail(error: Error): void;
}

function setUp() {
  const running: Running[] = [];
  const added: { title: string; text: Promise<string> }[] = [];
  const problems: string[] = [];
  let clock = 0;
  const store = createStore<AppState>(() => initialState(parseSettings({}), null));
  const extract: Extract = (file, report) => {
    let settle: Pick<Running, "finish" | "fail"> | undefined;
    const done = new Promise<Awaited<ReturnType<Extract>["done"]>>((resolve, reject) => {
      settle = {
        finish: (text, title, notices = []) =>
          resolve({ title, text: new Blob([text]), sections: [], notices }),
        fail: reject,
      };
    });
    running.push({ file, report, ...settle! });
    return { done, cancel: () => settle!.fail(new Error("cancelled")) };
  };
  const actions = importActions(
    store,
    extract,
    async (kind, name, action) => {
      await action().catch((error: unknown) => {
        problems.push(`${kind} ${name}: ${(error as Error).message}`);
      });
    },
    (kind, name, { message }) => void problems.push(`${kind} ${name}: ${message}`),
    async (title, text) => void added.push({ title, text: text.text() }),
    () => clock,
  );
  const importing = () => store.getState().importing;
  return { actions, running, added, problems, importing, wait: (ms: number) => (clock += ms) };
}

const file = (name: string) => new File(["bytes"], name);

test("files are read in order, with progress, rate and time left, and added under their titles", async () => {
  const { actions, running, added, importing, wait } = setUp();
  const done = actions.addFiles([file("a_long_report.pdf"), file("b.epub")]);
  wait(2_000);
  running[0]!.report({ done: 10, total: 40, unit: "pages" });
  expect(importing()).toMatchObject({
    fileName: "a_long_report.pdf",
    progress: { done: 10, total: 40 },
    perSecond: 5,
    secondsLeft: 6,
    storing: false,
  });
  expect(running).toHaveLength(1);
  running[0]!.finish("one", null);
  await expect.poll(() => running.length).toBe(2);
  running[1]!.finish("two", "The Second Book");
  await done;
  expect(importing()).toBeNull();
  expect(added.map(({ title }) => title)).toEqual(["a long report", "The Second Book"]);
  expect(await Promise.all(added.map(({ text }) => text))).toEqual(["one", "two"]);
});

test("a file that fails is named and the next one is read", async () => {
  const { actions, running, added, problems } = setUp();
  const done = actions.addFiles([file("bad.pdf"), file("good.pdf")]);
  running[0]!.fail(new Error("damaged"));
  await expect.poll(() => running.length).toBe(2);
  running[1]!.finish("text", null);
  await done;
  expect(problems).toEqual(["add bad.pdf: damaged"]);
  expect(added).toHaveLength(1);
});

test("parts that could not be read are named, and the file is added all the same", async () => {
  const { actions, running, added, problems } = setUp();
  const done = actions.addFiles([file("book.epub")]);
  running[0]!.finish("one", null, ["Chapters left out: two."]);
  await done;
  expect(added).toHaveLength(1);
  expect(problems).toEqual(["add-parts book.epub: Chapters left out: two."]);
});

test("cancelling stops the file and leaves out the rest", async () => {
  const { actions, running, added, importing } = setUp();
  const done = actions.addFiles([file("a.pdf"), file("b.pdf")]);
  actions.cancelImport();
  await done;
  running[0]!.report({ done: 3, total: 9, unit: "pages" }); // a message that was under way
  expect(running).toHaveLength(1);
  expect(added).toEqual([]);
  expect(importing()).toBeNull();
});

test("titles of files", () => {
  expect(["my_notes.final.txt", ".txt", "README"].map(titleOfFile)).toEqual([
    "my notes.final",
    ".txt",
    "README",
  ]);
});
