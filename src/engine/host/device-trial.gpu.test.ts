// Which device a tiny model computes on, with a software adapter in the place of a graphics card: the processor
// is faster than it.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { testGpu } from "../../../kernels/testing/gpu.ts";
import type { ModelState } from "../api.ts";
import { Engine } from "../engine.ts";
import { sourceFromBytes } from "../model/byte-source.ts";
import { MemoryRecords } from "../store/memory.ts";
import { memoryBackends, openRepository } from "../testing/read-document.ts";
import type { DeviceChoice } from "./device-choice.ts";
import { keepMeasurement } from "./kept-measurements.ts";

const CARD = "a graphics card";
const nano = Uint8Array.from(readFileSync("public/models/nano.gguf"));

/** The adapter under another name; its devices are counted. */
function cardOf(gpu: GPU) {
  let live = 0;
  const named: GPU = new Proxy(gpu, {
    get: (target, name) =>
      name === "requestAdapter"
        ? async () => nameAdapter((await target.requestAdapter())!)
        : (Reflect.get(target, name, target) as unknown),
  });
  const nameAdapter = (adapter: GPUAdapter): GPUAdapter =>
    new Proxy(adapter, {
      get: (target, name) => {
        if (name === "info") {
          return {
            vendor: CARD,
            architecture: "",
            device: "",
            description: "",
            isFallbackAdapter: false,
          };
        }
        if (name === "requestDevice") {
          return async (wanted: GPUDeviceDescriptor) => {
            const device = await target.requestDevice(wanted);
            live++;
            void device.lost.then(() => live--);
            return device;
          };
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  return { gpu: named, live: () => live };
}

async function load(gpu: GPU, choice: DeviceChoice, records: MemoryRecords) {
  const states: ModelState[] = [];
  const engine = new Engine(
    {
      gpu,
      repository: await openRepository(memoryBackends()),
      modelSources: (id) => Promise.resolve([sourceFromBytes(id, nano)]),
      now: () => performance.now(),
      records,
    },
    (event) => {
      if (event.type === "model") states.push(event.state);
    },
  );
  await engine.chooseDevice(choice);
  await engine.loadModel("nano");
  const state = states.at(-1)!;
  return state.phase === "ready" ? state.device.kind : state.phase;
}

test("a tiny model goes where it is faster, is tried once, and stays where it was told to", async () => {
  const records = new MemoryRecords();
  const card = cardOf(testGpu());
  expect(await load(card.gpu, "auto", records)).toBe("cpu");
  await expect.poll(card.live).toBe(0);
  expect(await load(card.gpu, "webgpu", records)).toBe("webgpu");

  const name = (await records.getAll("calibrations", [])).map(([[first]]) => first).at(0)!;
  expect(name).toContain(CARD);
  await keepMeasurement(records, name, 2); // as if the processor had taken twice as long
  expect(await load(card.gpu, "auto", records)).toBe("webgpu");
});
