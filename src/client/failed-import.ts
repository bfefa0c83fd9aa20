// A chunk that could not be loaded: a server that was away, or a page of somebody else's in its place that
// the browser's HTTP cache keeps. A module that has failed stays failed where it was asked for, so the
// repair has two parts: the cache is told to fetch it anew here, and the caller starts a new worker or page.

const FAILURE =
  /dynamically imported module|Importing a module script failed|error loading dynamically|module script/i;

/** By the words of Chromium, Firefox and Safari: there is no type for it. */
export function isFailedImport(message: string): boolean {
  return FAILURE.test(message);
}

/** Fetches the module that `message` names past the HTTP cache. */
export async function refreshModule(message: string, origin = location.origin): Promise<void> {
  const address = /https?:\/\/[^\s"')]+/.exec(message)?.[0];
  if (address === undefined || !URL.canParse(address)) return;
  if (new URL(address).origin !== origin) return;
  await fetch(address, { cache: "reload" }).catch(() => undefined); // away still: the next try tells
}
