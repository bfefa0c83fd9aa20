// From an address to the list of files of one model, with size, ETag and SHA-256 where the server
// tells them. The hub's own listing is used where there is one: its hash headers are on a redirect,
// which a page cannot see.
import { decodeSegment } from "../decode-segment.ts";
import { EngineError } from "../errors.ts";
import { hubFileUrl, hubTreeUrl, type ModelAddress } from "./model-address.ts";

export interface RemoteFile {
  readonly name: string;
  readonly url: string;
  /** Null when the server does not tell. */
  readonly size: number | null;
  readonly etag: string | null;
  /** Lower-case hexadecimal; null when the server does not tell. */
  readonly sha256: string | null;
  /** False when the server gives only whole files. */
  readonly ranges: boolean;
  /** The files that it lies in, one after the other; without them `url` has all of it. */
  readonly parts?: readonly RemotePart[];
}

export interface RemotePart {
  readonly url: string;
  readonly size: number;
}

export interface RemoteAccess {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Sent as a bearer token; the browser drops it when the server redirects elsewhere. */
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/** Enough to parse a checkpoint; the rest of a repository is not fetched. */
const CHECKPOINT_FILES = ["config.json", "tokenizer.json"];
const OPTIONAL_FILES = [
  ...["tokenizer_config.json", "generation_config.json"],
  ...["chat_template.jinja", "chat_template.json"],
];
const SPLIT = /-(\d{5})-of-(\d{5})(\.gguf|\.safetensors)$/;
const MAX_PARTS = 256;

export function authorisation(access: RemoteAccess): Record<string, string> {
  return access.token === undefined || access.token === ""
    ? {}
    : { Authorization: `Bearer ${access.token}` };
}

export async function resolveRemoteFiles(
  address: ModelAddress,
  access: RemoteAccess,
): Promise<RemoteFile[]> {
  if (address.kind === "hub") return resolveHub(address, access);
  const name = fileName(address.url);
  const names = splitParts(name);
  const beside = (file: string) => new URL(encodeURIComponent(file), address.url).href;
  const files = await Promise.all(
    names.map((part) => probe(part === name ? address.url : beside(part), access)),
  );
  if (!name.endsWith(".safetensors")) return files;
  for (const file of CHECKPOINT_FILES) files.push(await probe(beside(file), access));
  for (const file of OPTIONAL_FILES) {
    const found = await probe(beside(file), access).catch((error: unknown) => {
      if (error instanceof EngineError && error.code === "not-found") return undefined;
      throw error;
    });
    if (found) files.push(found);
  }
  return files;
}

/** Asks for the first byte: size, ETag, and whether ranges are served. */
async function probe(url: string, access: RemoteAccess): Promise<RemoteFile> {
  const name = fileName(url);
  const response = await request(url, { Range: "bytes=0-0" }, access);
  await response.body?.cancel();
  // A range of an empty file cannot be satisfied.
  if (response.status === 416) throw failed(name, "the file on the server is empty.");
  const problem = statusProblem(name, response.status);
  if (problem) throw problem;
  const { headers } = response;
  const etag = headers.get("etag");
  const hash = /^(?:W\/)?"?([0-9a-f]{64})"?$/i.exec(headers.get("x-linked-etag") ?? etag ?? "");
  const range = /^bytes 0-0\/(\d+)$/.exec(headers.get("content-range") ?? "");
  const ranges = response.status === 206 && range !== null;
  const encoded = headers.get("content-encoding") !== null;
  const length = Number(range?.[1] ?? (encoded ? Number.NaN : headers.get("content-length")));
  return {
    name,
    url,
    size: Number.isSafeInteger(length) && length > 0 ? length : null,
    etag,
    sha256: hash?.[1]?.toLowerCase() ?? null,
    ranges,
  };
}

export async function request(
  url: string,
  headers: Record<string, string>,
  access: RemoteAccess,
): Promise<Response> {
  const init: RequestInit = { headers: { ...headers, ...authorisation(access) } };
  if (access.signal) init.signal = access.signal;
  try {
    return await access.fetch(url, init);
  } catch (cause) {
    if (access.signal?.aborted) throw cancelled(fileName(url), cause);
    throw failed(
      fileName(url),
      `${new URL(url).host} cannot be reached, or does not allow this page to read the file. Check the address and the connection.`,
      cause,
    );
  }
}

/** Why the answer is of no use; undefined when it is 200 or 206. */
export function statusProblem(name: string, status: number): EngineError | undefined {
  if (status === 200 || status === 206) return undefined;
  if (status === 401 || status === 403) {
    return failed(
      name,
      `the server refused access (${status}). Accept the model's terms on its page, and give an access token.`,
    );
  }
  if (status === 404 || status === 410) {
    return new EngineError(
      "not-found",
      `${name}: the server has no such file (${status}). Check the address and the revision.`,
    );
  }
  return failed(name, `the server answered ${status}. Try again later.`);
}

export function failed(name: string, what: string, cause?: unknown): EngineError {
  return new EngineError("download-failed", `${name}: ${what}`, { cause });
}

export function cancelled(name: string, cause?: unknown): EngineError {
  return new EngineError("cancelled", `${name}: the download was stopped.`, { cause });
}

async function resolveHub(
  address: Extract<ModelAddress, { kind: "hub" }>,
  access: RemoteAccess,
): Promise<RemoteFile[]> {
  const { repository, revision, path } = address;
  const isFile = /\.(gguf|safetensors)$/.test(path);
  const folder = isFile ? path.split("/").slice(0, -1).join("/") : path;
  const listing = await request(hubTreeUrl(repository, revision, folder), {}, access);
  const problem = statusProblem(`${repository} at ${revision}`, listing.status);
  if (problem) throw problem;
  const files = readTree(await listing.json().catch(() => undefined), folder);
  const names = chooseFiles(
    repository,
    [...files.keys()],
    isFile ? path.split("/").at(-1)! : undefined,
  );
  return names.map((name) => {
    const { size, sha256 } = files.get(name)!;
    const inside = folder === "" ? name : `${folder}/${name}`;
    const url = hubFileUrl(repository, revision, inside);
    return { name, url, size, etag: null, sha256, ranges: true };
  });
}

interface ListedFile {
  readonly size: number | null;
  readonly sha256: string | null;
}

function readTree(tree: unknown, folder: string): Map<string, ListedFile> {
  const files = new Map<string, ListedFile>();
  if (!Array.isArray(tree)) throw failed("the hub", "its list of files cannot be understood.");
  for (const item of tree as unknown[]) {
    if (typeof item !== "object" || item === null) continue;
    const { type, path, size, lfs } = item as Record<string, unknown>;
    if (type !== "file" || typeof path !== "string") continue;
    const name = folder === "" ? path : path.slice(folder.length + 1);
    const oid = typeof lfs === "object" && lfs !== null ? (lfs as { oid?: unknown }).oid : null;
    files.set(name, {
      size: typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? size : null,
      sha256: typeof oid === "string" && /^[0-9a-f]{64}$/.test(oid) ? oid : null,
    });
  }
  return files;
}

/** The files of one model among those of a folder. */
export function chooseFiles(
  place: string,
  names: readonly string[],
  wanted: string | undefined,
): string[] {
  const missing = (name: string) =>
    new EngineError("not-found", `${place} has no file ${name}. It has: ${list(names)}.`);
  const weights = wanted ? splitParts(wanted) : chooseWeights(place, names);
  for (const name of weights) if (!names.includes(name)) throw missing(name);
  if (!weights[0]?.endsWith(".safetensors")) return weights;
  for (const name of CHECKPOINT_FILES) if (!names.includes(name)) throw missing(name);
  return [...weights, ...CHECKPOINT_FILES, ...OPTIONAL_FILES.filter((one) => names.includes(one))];
}

function chooseWeights(place: string, names: readonly string[]): string[] {
  const whole = names.filter((name) => /^model(-\d{5}-of-\d{5})?\.safetensors$/.test(name));
  if (whole.length > 0) return splitParts(whole[0]!);
  const firsts = names.filter(
    (name) => name.endsWith(".gguf") && (SPLIT.exec(name)?.[1] ?? "00001") === "00001",
  );
  if (firsts.length === 1) return splitParts(firsts[0]!);
  if (firsts.length > 1) {
    throw new EngineError(
      "format-invalid",
      `${place} holds several models. Add the name of one file to the address: ${list(firsts)}.`,
    );
  }
  throw new EngineError("not-found", `${place} holds no .gguf and no model.safetensors file.`);
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown || "nothing";
}

/** All names of a model split into parts; the name itself otherwise. */
function splitParts(name: string): string[] {
  const match = SPLIT.exec(name);
  if (!match) return [name];
  const [, , total = "", extension = ""] = match;
  const count = Number(total);
  if (count < 1 || count > MAX_PARTS) {
    throw new EngineError("format-invalid", `${name}: at most ${MAX_PARTS} parts are supported.`);
  }
  const stem = name.slice(0, match.index);
  return Array.from({ length: count }, (_, i) => {
    const part = String(i + 1).padStart(5, "0");
    return `${stem}-${part}-of-${total}${extension}`;
  });
}

export function fileName(url: string): string {
  const last = new URL(url).pathname.split("/").pop() ?? "";
  return decodeSegment(last) || new URL(url).host;
}
