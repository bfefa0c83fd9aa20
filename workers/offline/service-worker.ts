// Keeps the app usable without network: everything it is made of is stored when a version is
// installed and replaced as a whole by the next one, never in part. For the app only; the widget
// lives on pages of others and registers none.
import { cleanupOutdatedCaches, precacheAndRoute, type PrecacheEntry } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope;
/** The files of this build, filled in by the build. */
declare const INKSPAN_FILES: PrecacheEntry[];

cleanupOutdatedCaches();
// `?model=…` and the like are read by the page; the file behind them is the same.
precacheAndRoute(INKSPAN_FILES, { ignoreURLParametersMatching: [/./], cleanURLs: false });

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim()); // the first visit works offline without a reload
});

// A new version waits until the user agrees: the running page needs the files of its own version.
self.addEventListener("message", (event) => {
  const { type } = (event.data ?? {}) as { type?: unknown };
  if (type === "SKIP_WAITING") event.waitUntil(self.skipWaiting());
});
