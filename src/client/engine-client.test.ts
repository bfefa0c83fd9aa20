import { expect, test } from "vitest";
import type { EngineApi, EngineEvent } from "../../workers/protocol.ts";
import { createEngineClient, type EngineWorker } from "./engine-client.ts";

interface FakeWorker extends EngineWorker {
  readonly loaded: string[];
  readonly chosen: unknown[];
  readonly devices: string[];
  terminated: boolean;
  crash(message: string): void;
  emit(events: readonly EngineEvent[]): void;
}

function fakeWorkers() {
  const all: FakeWorker[] = [];
  const start = (): EngineWorker => {
    let crash: (message: string) => void = () => {};
    let listener: (events: readonly EngineEvent[]) => void = () => {};
    const loaded: string[] = [];
    const chosen: unknown[] = [];
    const devices: string[] = [];
    const api = {
      events: (next: typeof listener) => {
        listener = next;
        return Promise.resolve();
      },
      loadModel: (id: string) => {
        loaded.push(id);
        return Promise.resolve({ id });
      },
      chooseDevice: (choice: string) => {
        devices.push(choice);
        return Promise.resolve();
      },
      chooseEngine: (...choice: unknown[]) => {
        chosen.push(choice);
        return Promise.resolve();
      },
      ask: () => new Promise(() => {}), // never answers: stands for a job cut off by the loss
    } as unknown as EngineApi;
    const worker: FakeWorker = {
      api,
      loaded,
      chosen,
      devices,
      terminated: false,
      onCrash: (next) => (crash = next),
      terminate() {
        worker.terminated = true;
      },
      crash: (message) => crash(message),
      emit: (events) => listener(events),
    };
    all.push(worker);
    return worker;
  };
  return { all, start };
}

const lost: EngineEvent = {
  type: "device-lost",
  error: { code: "device-lost", message: "driver reset" },
};

test("a lost device rejects running jobs, restarts the worker and loads the model again", async () => {
  const { all, start } = fakeWorkers();
  const client = createEngineClient(start);
  const seen: EngineEvent[] = [];
  await client.events((events) => seen.push(...events));
  await client.chooseEngine("ltri", true);
  await client.loadModel("default");
  const job = client.ask({} as never);
  all[0]!.emit([lost]);
  await expect(job).rejects.toMatchObject({ code: "device-lost", message: "driver reset" });
  expect(all).toHaveLength(2);
  expect(all[0]!.terminated).toBe(true);
  await Promise.resolve();
  expect(all[1]!.chosen).toEqual([["ltri", true]]);
  expect(all[1]!.loaded).toEqual(["default"]);
  expect(seen).toEqual([lost]);
  all[0]!.emit([lost]); // a late event of the dead worker
  expect(all).toHaveLength(2);
});

test("a crash is told as device-lost", async () => {
  const { all, start } = fakeWorkers();
  const client = createEngineClient(start);
  const seen: EngineEvent[] = [];
  await client.events((events) => seen.push(...events));
  all[0]!.crash("out of memory");
  expect(seen[0]).toMatchObject({ type: "device-lost", error: { code: "device-lost" } });
  expect(all).toHaveLength(2);
});

test("after four losses in a minute it stops, and the next call starts again", async () => {
  const { all, start } = fakeWorkers();
  const client = createEngineClient(start, () => 0);
  const seen: EngineEvent[] = [];
  await client.events((events) => seen.push(...events));
  for (let i = 0; i < 4; i++) all[i]!.crash("again");
  expect(all).toHaveLength(4);
  expect(seen.at(-1)).toMatchObject({ type: "model", state: { phase: "failed" } });
  await client.loadModel("nano");
  expect(all).toHaveLength(5);
  expect(all[4]!.loaded).toEqual(["nano"]);
});

test("an adapter that is gone after a loss is not blamed on the settings", async () => {
  const { all, start } = fakeWorkers();
  const client = createEngineClient(start);
  const seen: EngineEvent[] = [];
  await client.events((events) => seen.push(...events));
  const error = { code: "no-adapter", message: "Turn on hardware acceleration." } as const;
  const failed = { type: "model", state: { phase: "failed", error } } as const;
  all[0]!.emit([failed]);
  expect(seen.at(-1)).toEqual(failed); // at the first visit it is the settings
  all[0]!.emit([lost]);
  all[1]!.emit([failed]);
  expect(seen.at(-1)).toMatchObject({ state: { error: { code: "device-lost" } } });
  expect(JSON.stringify(seen.at(-1))).toContain("restart the browser");
});

const readyOn = (kind: "webgpu" | "cpu"): EngineEvent =>
  ({ type: "model", state: { phase: "ready", model: {}, device: { kind } } }) as EngineEvent;

/** Every other turn of the event loop: the restarted worker has been told everything. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test("after the second loss of the graphics card the processor computes", async () => {
  const { all, start } = fakeWorkers();
  const client = createEngineClient(start);
  await client.events(() => {});
  await client.chooseDevice("auto");
  await client.loadModel("nano");
  for (const worker of [0, 1]) {
    all[worker]!.emit([readyOn("webgpu")]);
    all[worker]!.emit([lost]);
    await settled();
  }
  expect(all[1]!.devices).toEqual(["auto"]);
  expect(all[2]!.devices).toEqual(["cpu"]);
  expect(all[2]!.loaded).toEqual(["nano"]);
  await client.chooseDevice("auto"); // tried again at a person's word
  expect(all[2]!.devices).toEqual(["cpu", "auto"]);
});

test("a graphics card that was asked for is tried again; losses on the processor change nothing", async () => {
  const { all, start } = fakeWorkers();
  const client = createEngineClient(start);
  await client.events(() => {});
  await client.loadModel("nano");
  for (const worker of [0, 1]) {
    all[worker]!.emit([readyOn("cpu")]);
    all[worker]!.crash("a trap");
    await settled();
  }
  expect(all[2]!.devices).toEqual([]);
  await client.chooseDevice("webgpu");
  all[2]!.emit([readyOn("webgpu")]);
  all[2]!.emit([lost]);
  await settled();
  expect(all[3]!.devices).toEqual(["webgpu"]);
});
