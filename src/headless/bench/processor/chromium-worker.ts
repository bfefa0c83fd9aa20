// The engine in a worker of Chromium, as `chromium.ts` serves it: measures once per message.
import { openDevice } from "../../../engine/host/open-device.ts";
import { sourceFromBytes } from "../../../engine/model/byte-source.ts";
import { loadModel } from "../../../engine/transformer/loaded-model.ts";
import { startKernelThread } from "../../../../workers/start-kernel-thread.ts";
import { measureSpeed, type Speed } from "./speed.ts";

export interface Asked {
  readonly model: string;
  readonly threads: number;
  readonly prompt: number;
  readonly tokens: number;
}

export interface Measured {
  readonly device: string;
  readonly speed: Speed;
}

export type Answer = Measured | { readonly failure: string };

onmessage = async ({ data }: MessageEvent<Asked>) => {
  try {
    postMessage(await measure(data));
  } catch (error) {
    postMessage({ failure: String(error) } satisfies Answer);
  }
};

async function measure({ model, threads, prompt, tokens }: Asked): Promise<Measured> {
  const device = await openDevice(undefined, "cpu", { count: threads, start: startKernelThread });
  const { backend, report } = device;
  const bytes = new Uint8Array(await (await fetch(model)).arrayBuffer());
  const source = sourceFromBytes("model.gguf", bytes);
  const loaded = await loadModel(backend, "model", [source], () => undefined);
  const clocks = () => {
    const wall = performance.now() / 1000;
    return { wall, used: wall }; // a page is not told what it used
  };
  // The second time: the compiler of the browser has then seen every kernel.
  await measureSpeed(backend, loaded, prompt, 2, clocks);
  const speed = await measureSpeed(backend, loaded, prompt, tokens, clocks);
  backend.dispose();
  return { device: report.adapter, speed };
}
