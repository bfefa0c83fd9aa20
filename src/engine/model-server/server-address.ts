// The base address of an OpenAI-compatible server as a person writes it. A key and passages travel there, so
// it is https or this computer itself; what a page's policy lets through is the same.
import { EngineError } from "../errors.ts";

/** Hosts that are this computer: what is sent there leaves the page, not the machine. */
const LOOPBACK = new Set(["localhost", "127.0.0.1"]);

export function isLoopback(base: string): boolean {
  return LOOPBACK.has(new URL(base).hostname);
}

/** `localhost:8080` → `http://localhost:8080/v1`; without a slash at its end. Throws `invalid-argument`. */
export function serverBase(given: string): string {
  const written = given.trim();
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(written);
  const isLocal = /^(localhost|127\.0\.0\.1)(:|\/|$)/i.test(written);
  const address = hasScheme ? written : `${isLocal ? "http" : "https"}://${written}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || url.hostname === "") throw refused(`"${written}" is no address of a server.`);
  if (url.username !== "" || url.password !== "") {
    throw refused(
      "The server's address has a name or password in it. Give the key in its own field.",
    );
  }
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.href));
  if (!isSafe) {
    throw refused(
      `${url.origin} would get the passages unencrypted. Use https, or a server on this computer (localhost or 127.0.0.1).`,
    );
  }
  const path = url.pathname.replace(/\/+$/, "").replace(/\/(chat\/completions|models)$/, "");
  return `${url.origin}${path === "" ? "/v1" : path}`;
}

function refused(message: string): EngineError {
  return new EngineError("invalid-argument", message);
}
