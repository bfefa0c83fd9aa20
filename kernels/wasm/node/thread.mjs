// A helping thread in Node.
import { parentPort, workerData } from "node:worker_threads";
import { serveKernels } from "../thread-loop.mjs";

serveKernels(workerData, () => parentPort?.postMessage("ready"));
