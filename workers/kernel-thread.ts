// A helping thread of the processor's kernels in a browser; it serves from its first message on.
import { serveKernels } from "../kernels/wasm/thread-loop.mjs";
import type { ThreadStart } from "../kernels/wasm/threads.ts";

self.onmessage = ({ data }: MessageEvent<ThreadStart>) => {
  serveKernels(data, () => self.postMessage("ready"));
};
