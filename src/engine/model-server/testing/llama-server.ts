// Test support: the real llama.cpp server on a free loopback port with the larger model that comes with the page.
// INKSPAN_LLAMA_SERVER names its binary (e2e/README.md says how to get one). Tests only.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";

export const LLAMA_SERVER = process.env["INKSPAN_LLAMA_SERVER"];
export const LLAMA_MODEL = "smollm2-135m-instruct";
export const LLAMA_KEY = "key-of-the-test";

const START_MS = 300_000;
const LOOK_MS = 250;
/** Threads of ggml wait for each other by spinning. Where one has lost its core to a test, all stand still: two
 * threads on two busy cores took 1,423 ms a token, one took 105. */
const THREADS = 1;
const part = v.object({ file: v.string() });
const manifest = v.object({ parts: v.array(part) });

export interface LlamaServer {
  /** With `/v1`. */
  readonly base: string;
  /** Ends the process at once, in the middle of whatever it does. */
  kill(): void;
  close(): Promise<void>;
}

export async function openLlamaServer(contextTokens: number): Promise<LlamaServer> {
  if (!LLAMA_SERVER) throw new Error("INKSPAN_LLAMA_SERVER names no llama-server");
  const folder = mkdtempSync(join(tmpdir(), "inkspan-llama-"));
  const model = join(folder, `${LLAMA_MODEL}.gguf`);
  writeFileSync(model, joinedParts());
  const port = await freePort();
  const child = spawn(
    LLAMA_SERVER,
    [
      ...["--model", model, "--alias", LLAMA_MODEL, "--host", "127.0.0.1", "--port", String(port)],
      ...["--ctx-size", String(contextTokens), "--parallel", "1", "--threads", String(THREADS)],
      ...["--api-key", LLAMA_KEY, "--no-ui", "--offline"],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const told: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => told.push(data.toString()));
  }
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const close = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilHealthy(child, port);
  } catch (cause) {
    await close();
    throw new Error(`llama-server did not start: ${told.join("").slice(-2000)}`, { cause });
  }
  return { base: `http://127.0.0.1:${port}/v1`, kill: () => child.kill("SIGKILL"), close };
}

/** The model's parts as the page fetches them are one GGUF file. */
function joinedParts(): Buffer {
  const folder = "public/models";
  const json: unknown = JSON.parse(readFileSync(join(folder, `${LLAMA_MODEL}.json`), "utf8"));
  const { parts } = v.parse(manifest, json);
  return Buffer.concat(parts.map(({ file }) => readFileSync(join(folder, file))));
}

async function untilHealthy(child: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("it ended");
    const health = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    if (health?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error("it was not ready in time");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
