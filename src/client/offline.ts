// Registers the service worker of the built app and tells when a new version has arrived.
import { Workbox } from "workbox-window";

/** `waiting`: stored and ready to take over. `installed`: has taken over, by the wish of another tab. */
export type AppUpdate = "waiting" | "installed";

export interface OfflineApp {
  /** Lets the new version take over and loads the page with it. */
  update(): void;
}

const CHECK_MS = 60 * 60 * 1000;

/** Undefined where the browser or this build has no service worker. */
export function keepOffline(onUpdate: (update: AppUpdate) => void): OfflineApp | undefined {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined; // https only
  if (!import.meta.env.PROD || !container) return undefined;
  const workbox = new Workbox(new URL("service-worker.js", document.baseURI).href);
  let wanted = false;
  let installed = false;
  workbox.addEventListener("waiting", () => onUpdate("waiting"));
  workbox.addEventListener("controlling", ({ isUpdate, isExternal }) => {
    if (wanted) location.reload();
    else if (isUpdate || isExternal) {
      installed = true;
      onUpdate("installed");
    }
  });
  // Without it the app works all the same, only not offline: private windows refuse registration.
  void workbox.register().catch(() => {});
  // A page that stays open for days looks for a new version when it is looked at again.
  let checked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - checked < CHECK_MS) return;
    checked = Date.now();
    void workbox.update().catch(() => {});
  });
  return {
    update() {
      wanted = true;
      if (installed) location.reload();
      else workbox.messageSkipWaiting();
    },
  };
}
