// Addresses of models as people write them: `owner/repo/file.gguf` of the Hugging Face hub, the
// address of a hub page, or any https address. Says where to fetch, fetches nothing.
import { decodeSegment } from "../decode-segment.ts";
import { EngineError } from "../errors.ts";

export type ModelAddress =
  | {
      readonly kind: "hub";
      readonly repository: string; // owner/repo
      readonly revision: string;
      /** File or folder inside the repository; empty for the repository itself. */
      readonly path: string;
    }
  | { readonly kind: "url"; readonly url: string };

const HUB = "https://huggingface.co";
const SEGMENT = /^[A-Za-z0-9][\w.-]*$/;
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Throws `format-invalid` with what is accepted. */
export function parseModelAddress(text: string, revision = ""): ModelAddress {
  const address = text.trim();
  const wanted = revision.trim();
  if (wanted !== "" && !/^[\w.-]+(\/[\w.-]+)*$/.test(wanted)) {
    throw invalid(`"${wanted}" is not a revision. Give a branch, a tag or a commit.`);
  }
  if (!/^[a-z][a-z0-9+.-]*:/i.test(address)) return parseHubPath(address, wanted);
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw invalid(`"${address}" is not an address.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid("The address contains a password. Use the field for the access token instead.");
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && LOOPBACK.has(url.hostname))) {
    throw invalid(
      `${url.protocol}//${url.hostname} is not accepted: models are fetched by https, and by http only from this computer (localhost).`,
    );
  }
  const hub = url.origin === HUB ? parseHubPage(url, wanted) : undefined;
  if (hub) return hub;
  url.hash = "";
  return { kind: "url", url: url.href };
}

export function hubFileUrl(repository: string, revision: string, path: string): string {
  return `${HUB}/${repository}/resolve/${escapePath(revision)}/${escapePath(path)}`;
}

/** The hub's list of the files of a folder, with sizes and SHA-256. */
export function hubTreeUrl(repository: string, revision: string, folder: string): string {
  const base = `${HUB}/api/models/${repository}/tree/${encodeURIComponent(revision)}`;
  return folder === "" ? base : `${base}/${escapePath(folder)}`;
}

/** As people write it, for showing. */
export function showAddress(address: ModelAddress): string {
  if (address.kind === "url") return address.url;
  const path = address.path === "" ? "" : `/${address.path}`;
  return `${address.repository}${path}`;
}

function parseHubPath(text: string, revision: string): ModelAddress {
  const parts = text.split("/");
  const [owner = "", repo = "", ...path] = parts;
  const inside = path.every((part) => part !== "" && part !== "." && part !== "..");
  if (!SEGMENT.test(owner) || !SEGMENT.test(repo) || !inside) {
    throw invalid(`"${text}" is not a model address.`);
  }
  return {
    kind: "hub",
    repository: `${owner}/${repo}`,
    revision: revision || "main",
    path: path.join("/"),
  };
}

/** `/owner/repo`, `/owner/repo/tree/REV/folder`, `/owner/repo/{resolve,blob,raw}/REV/file`. */
function parseHubPage(url: URL, revision: string): ModelAddress | undefined {
  const [owner = "", repo = "", verb, inUrl, ...path] = url.pathname
    .split("/")
    .slice(1)
    .filter((part, index, all) => part !== "" || index < all.length - 1)
    .map(decodeSegment);
  if (!SEGMENT.test(owner) || !SEGMENT.test(repo)) return undefined;
  if (verb !== undefined && !["resolve", "blob", "raw", "tree"].includes(verb)) return undefined;
  return parseHubPath([owner, repo, ...path].join("/"), revision || inUrl || "main");
}

const escapePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

const invalid = (what: string): EngineError =>
  new EngineError(
    "invalid-argument",
    `${what} Write owner/repository/file.gguf, owner/repository, or an address that starts with https.`,
  );
