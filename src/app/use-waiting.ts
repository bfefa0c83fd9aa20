// What the browser does for a person who waits: progress in the tab's title, a screen that stays on, a
// word when a document has been read.
import { useEffect, useRef } from "react";
import { useAppState } from "./app-context.ts";
import { formatPercent } from "./format.ts";
import { words } from "./words/index.ts";

/** The page's own, whatever it was served with. */
const plainTitle = document.title;

export function useWaiting(): void {
  const reading = useAppState((state) => state.documents.find((one) => one.state === "ingesting"));
  const answering = useAppState((state) => state.activeJob !== null);
  const keepAwake = useAppState((state) => state.settings.keepAwake);
  const progress = useAppState((state) => (reading ? state.progress[reading.id] : undefined));
  const tokens = progress?.tokens ?? reading?.ingestedTokens ?? 0;
  const share = formatPercent(reading && reading.tokens > 0 ? tokens / reading.tokens : 0);
  const title = reading?.title;

  useEffect(() => {
    if (title !== undefined) document.title = words.title.reading(share, title);
    else document.title = answering ? words.title.answering : plainTitle;
  }, [title, share, answering]);

  useScreenLock(keepAwake && title !== undefined);
  useReadNotice();
}

/** The browser gives the lock up when the page is hidden; it is asked for again. */
function useScreenLock(isWanted: boolean): void {
  useEffect(() => {
    const screen = (navigator as { readonly wakeLock?: WakeLock }).wakeLock;
    if (!isWanted || !screen) return;
    let lock: WakeLockSentinel | undefined;
    let isOver = false;
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      const given = await screen.request("screen").catch(() => undefined); // low battery refuses it
      if (isOver) await given?.release();
      else lock = given;
    };
    const again = () => void ask();
    again();
    document.addEventListener("visibilitychange", again);
    return () => {
      isOver = true;
      document.removeEventListener("visibilitychange", again);
      void lock?.release();
    };
  }, [isWanted]);
}

function useReadNotice(): void {
  const documents = useAppState((state) => state.documents);
  const notify = useAppState((state) => state.settings.notify);
  const before = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const read = documents.filter((one) => one.state === "complete" && before.current.has(one.id));
    before.current = new Set(
      documents.filter((one) => one.state === "ingesting").map((one) => one.id),
    );
    if (!notify || document.visibilityState === "visible" || !("Notification" in window)) return;
    if (Notification.permission !== "granted") return;
    for (const { id, title } of read) new Notification(words.notification.read(title), { tag: id });
  }, [documents, notify]);
}
