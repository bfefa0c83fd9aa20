// Starts a helping thread in a browser: a worker of the engine's worker, which ends with it.
import type { HelperThread, ThreadStart } from "../kernels/wasm/threads.ts";

export function startKernelThread(start: ThreadStart): Promise<HelperThread> {
  const worker = new Worker(new URL("./kernel-thread.ts", import.meta.url), {
    type: "module",
    name: "inkspan-kernels",
  });
  return new Promise((resolve, reject) => {
    const lost = new Promise<string>((report) => {
      worker.onerror = ({ message }) => {
        report(message);
        reject(new Error(message));
      };
    });
    worker.onmessage = () => resolve({ lost, terminate: () => worker.terminate() });
    worker.postMessage(start);
  });
}
