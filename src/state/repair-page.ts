// A part of the page that did not load: it is fetched anew and the page opened again, once a minute at
// most. Everything read so far is stored.
import { refreshModule } from "../client/failed-import.ts";

const KEY = "inkspan-repaired";
const PAUSE_MS = 60_000;

export function repairFailedImports(): void {
  addEventListener("vite:preloadError", (event) => {
    const last = Number(sessionStorage.getItem(KEY) ?? 0);
    if (Date.now() - last < PAUSE_MS) return; // the error goes on to whoever asked for the part
    sessionStorage.setItem(KEY, String(Date.now()));
    event.preventDefault();
    void refreshModule(event.payload.message).then(() => location.reload());
  });
}
