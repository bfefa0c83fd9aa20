// Kills a process again and again while it reads a document, looks at what it left, lets the next one go
// on, and compares every finished document with one that was read undisturbed.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { build } from "vite";
import { assemblyScript } from "../../cli/assemblyscript.mjs";
import { openRecord } from "../../engine/store/envelope.ts";
import { WORDS_COLUMN } from "../../engine/store/made-columns.ts";
import { buildWordIndex } from "../../engine/words/word-index.ts";
import { FileRecords } from "./file-stores.ts";
import { type ChildResult, openFileRepository } from "./reading-child.ts";

export interface KillPlan {
  readonly root: string; // of the project
  readonly folder: string; // for stores and files of the run
  readonly model: string;
  readonly text: string;
  readonly question: string;
  readonly kills: number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** A kill falls this long after the reading began, at most; longer while nothing new is committed. */
  readonly longestMs: number;
  readonly onKill?: (kills: number, found: Found) => void;
}

/** What a killed process left. */
export interface Found {
  readonly state: "nothing" | "ingesting" | "complete";
  readonly tokensCommitted: number;
}

export interface KillReport {
  readonly kills: number;
  readonly finishedDocuments: number;
  /** How often a killed process left which number of committed tokens; −1 is no document. */
  readonly found: Readonly<Record<string, number>>;
  readonly undisturbed: ChildResult;
  /** Finished documents that differ from the undisturbed one. */
  readonly different: readonly ChildResult[];
}

export async function killReadings(plan: KillPlan): Promise<KillReport> {
  const child = await buildChild(plan);
  const textFile = path.join(plan.folder, "text.txt");
  // A copy: the model of the run must stay the same to its end.
  const model = path.join(plan.folder, "model.gguf");
  await copyFile(plan.model, model);
  await writeFile(textFile, plan.text);
  const start = (stores: string) => {
    const args = [child, stores, model, textFile, plan.question];
    return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  };
  const undisturbed = await resultOf(start(path.join(plan.folder, "undisturbed")));
  if (!undisturbed) throw new Error("the undisturbed process ended without a result");
  const found: Record<string, number> = {};
  const different: ChildResult[] = [];
  let kills = 0;
  let finishedDocuments = 0;
  for (let round = 0; kills < plan.kills || round === 0; round++) {
    const stores = path.join(plan.folder, `round-${round}`);
    // On a slow machine the same kill again and again would keep the reading where it is.
    let patience = 1;
    let committed = -1;
    for (;;) {
      const isLast = kills >= plan.kills;
      const process = start(stores);
      const delayMs = isLast ? Infinity : plan.random() * plan.longestMs * patience;
      const result = await resultOf(process, delayMs);
      if (result) {
        finishedDocuments += 1;
        if (JSON.stringify(result) !== JSON.stringify(undisturbed)) different.push(result);
        break;
      }
      kills += 1;
      const left = await inspect(stores);
      patience = left.tokensCommitted > committed ? 1 : patience + 1;
      committed = left.tokensCommitted;
      const key = String(left.tokensCommitted);
      found[key] = (found[key] ?? 0) + 1;
      plan.onKill?.(kills, left);
    }
    await rm(stores, { recursive: true, force: true });
  }
  return { kills, finishedDocuments, found, undisturbed, different };
}

/** Undefined when the process was killed, `delayMs` after its reading began. */
async function resultOf(
  process: ChildProcess,
  delayMs = Infinity,
): Promise<ChildResult | undefined> {
  const exited = once(process, "exit");
  let result: ChildResult | undefined;
  const abort = new AbortController();
  for await (const line of createInterface({ input: process.stdout! })) {
    const told = JSON.parse(line) as ChildResult | "reading";
    if (told !== "reading") {
      result = told;
    } else if (delayMs < Infinity) {
      void setTimeout(delayMs, undefined, abort).then(
        () => process.kill("SIGKILL"),
        () => undefined, // the process was faster
      );
    }
  }
  const [code, signal] = (await exited) as [number | null, NodeJS.Signals | null];
  abort.abort();
  if (signal !== "SIGKILL" && code !== 0)
    throw new Error(`the process ended with ${code ?? signal}`);
  return signal === "SIGKILL" ? undefined : result;
}

/** Opens what is there as the next start would, and reads all of it. */
async function inspect(folder: string): Promise<Found> {
  const records = await FileRecords.open(folder);
  const repository = await openFileRepository(folder, records);
  try {
    const [info] = await repository.list();
    if (!info) return { state: "nothing", tokensCommitted: -1 };
    const { state, tokensCommitted } = await repository.open(info.docId);
    if (state === "damaged") throw new Error(`a kill left a damaged document: ${info.damage}`);
    const reader = await repository.openReader(info.docId);
    await requireWords(records, info.docId, await reader.text());
    for (let layer = 0; layer < reader.manifest.geometry.layers; layer++) {
      const ordinals = Array.from({ length: reader.spans(layer).count }, (_, i) => i);
      await reader.readSpanKv(layer, ordinals);
      await reader.vectors(layer);
    }
    await reader.close();
    return { state, tokensCommitted };
  } finally {
    await repository.close();
  }
}

/** A document is added with its word index or not at all: what is stored is what the text gives. */
async function requireWords(records: FileRecords, docId: string, text: string): Promise<void> {
  const rows = await records.getAll("sources", [docId, WORDS_COLUMN]);
  const stored = rows.map(([key, record]) =>
    openRecord(record, { kind: "words", layer: 0, part: key[2]! }),
  );
  const { bytes } = await buildWordIndex(text);
  if (!Buffer.concat(stored).equals(bytes)) throw new Error("a kill left another word index");
}

/** One file that Node runs as it is: a start must not take longer than the reading. */
async function buildChild({ root }: KillPlan): Promise<string> {
  const outDir = path.join(root, "node_modules/.tmp/kills");
  await build({
    root,
    configFile: false,
    logLevel: "error",
    plugins: [assemblyScript()],
    ssr: { noExternal: true, external: ["webgpu"] },
    build: {
      ssr: "src/headless/kills/child-entry.ts",
      outDir,
      emptyOutDir: true,
      minify: false,
      rollupOptions: { output: { entryFileNames: "child.mjs" } },
    },
  });
  return path.join(outDir, "child.mjs");
}
