// The page that `chromium.ts` serves: starts the worker and hands on what it has measured.
import type { Answer, Asked, Measured } from "./chromium-worker.ts";

declare global {
  interface Window {
    measure(asked: Asked): Promise<Measured>;
  }
}

window.measure = (asked) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./chromium-worker.ts", import.meta.url), { type: "module" });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      worker.terminate();
      if ("failure" in data) reject(new Error(data.failure));
      else resolve(data);
    };
    worker.postMessage(asked);
  });
