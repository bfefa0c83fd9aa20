// Starts a helping thread in Node. Browsers have their own way (workers/start-kernel-thread.ts).
import { Worker } from "node:worker_threads";

/** @type {import("../threads.ts").StartThread} */
export function startNodeThread(start) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./thread.mjs", import.meta.url), { workerData: start });
    let isEnded = false;
    /** @type {Promise<string>} */
    const lost = new Promise((report) => {
      /** @param {string} reason */
      const end = (reason) => {
        if (!isEnded) report(reason);
        isEnded = true;
      };
      worker.on("error", (error) => {
        end(String(error));
        reject(error);
      });
      worker.once("exit", (code) => end(`a thread has ended with code ${code}`));
    });
    worker.once("message", () => {
      worker.unref(); // it serves for ever, and keeps no program from ending
      resolve({
        lost,
        terminate() {
          isEnded = true;
          void worker.terminate();
        },
      });
    });
  });
}
