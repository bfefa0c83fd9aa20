// Keeps the app usable without network: everything it is made of is stored when a version is
// installed and replaced as a whole by the next one, never in part. For the app only; the widget
// lives on pages of others and registers none.
import { addPlugins, cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope;
/** The files of this build and the first 16 hex digits of their SHA-256, filled in by the build. */
declare const INKSPAN_FILES: { readonly url: string; readonly revision: string }[];

const revisions = new Map(
  INKSPAN_FILES.map(({ url, revision }) => [new URL(url, self.location.href).href, revision]),
);

cleanupOutdatedCaches();
// A portal or a server in the middle of an upload answers 200 with something else: a version that is not
// whole is not installed, and is tried again at the next visit.
addPlugins([
  {
    async cacheWillUpdate({ request, response }) {
      const bytes = await response.clone().arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      const wanted = revisions.get(request.url);
      return response.ok && wanted !== undefined && hex.startsWith(wanted) ? response : null;
    },
  },
]);
// Memory is shared among threads only in a page that is isolated from other origins. What the app needs of those comes
// by CORS, so isolation takes nothing from it; a host need not send these headers, from the second visit on.
addPlugins([
  {
    handlerWillRespond({ response }) {
      const headers = new Headers(response.headers);
      headers.set("Cross-Origin-Opener-Policy", "same-origin");
      headers.set("Cross-Origin-Embedder-Policy", "require-corp");
      const { body, status, statusText } = response;
      return Promise.resolve(new Response(body, { status, statusText, headers }));
    },
  },
]);
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
