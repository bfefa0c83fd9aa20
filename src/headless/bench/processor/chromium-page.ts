// The page that `chromium.ts` serves: starts the worker and hands on what it has measured; asks wllama for its timings.
import type { Answer, Asked, Measured } from "./chromium-worker.ts";

interface WllamaAsked {
  readonly threads: number;
  readonly words: number;
  readonly length: number;
}

interface Wllama {
  loadModel(files: readonly Blob[], options: object): Promise<void>;
  createCompletion(options: object): Promise<{
    readonly timings?: {
      readonly prompt_per_second: number;
      readonly predicted_per_second: number;
    };
  }>;
  exit(): Promise<void>;
}

declare global {
  interface Window {
    measure(asked: Asked): Promise<Measured>;
    /** Tokens per second, by its own clock. */
    measureWllama(asked: WllamaAsked): Promise<{ prefill: number; decode: number }>;
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

window.measureWllama = async ({ threads, words, length }) => {
  const address = "/wllama/index.js";
  const module = (await import(/* @vite-ignore */ address)) as {
    Wllama: new (files: object) => Wllama;
  };
  const instance = new module.Wllama({ default: "/wllama/wasm/wllama.wasm" });
  const file = await (await fetch("/model.gguf")).blob();
  await instance.loadModel([file], { n_threads: threads, n_ctx: 2048, n_gpu_layers: 0 });
  // Every one of these words is one token.
  const prompt = Array.from({ length: words }, (_, i) => (i % 2 ? " river" : " house")).join("");
  const result = await instance.createCompletion({
    prompt,
    max_tokens: length,
    temperature: 0,
    ignore_eos: true,
    cache_prompt: false,
  });
  await instance.exit();
  if (!result.timings) throw new Error("wllama tells no timings");
  const { prompt_per_second: prefill, predicted_per_second: decode } = result.timings;
  return { prefill, decode };
};
