import { expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import type { EngineApi } from "../../workers/protocol.ts";
import { type AppState, initialState } from "./app-state.ts";
import { serverActions } from "./server-actions.ts";
import { DEFAULT_SETTINGS, parseSettings, type Settings } from "./settings.ts";

const ON = {
  ...DEFAULT_SETTINGS.server,
  isOn: true,
  address: "localhost:8080",
  model: "qwen",
};

function setUp(change: Partial<Settings> = {}, listed = vi.fn(() => Promise.resolve([]))) {
  const store = createStore<AppState>(() => initialState({ ...DEFAULT_SETTINGS, ...change }, null));
  let stored: Settings = store.getState().settings;
  const changeSettings = (part: Partial<Settings>) => {
    stored = { ...store.getState().settings, ...part };
    store.setState({ settings: stored });
  };
  const calls: string[] = [];
  const called = (name: string) => () => {
    calls.push(name);
    return Promise.resolve();
  };
  const api = { listServerModels: listed, unloadModel: called("unload") } as unknown as EngineApi;
  const parts = serverActions(api, store, changeSettings, called("load"));
  return { store, stored: () => stored, calls, ...parts };
}

test("by itself the loaded model answers, and nobody is asked for anything", async () => {
  const { gate, store } = setUp();
  expect(DEFAULT_SETTINGS.server.isOn).toBe(false);
  expect(await gate.isAgreed()).toBe(true);
  expect(gate.choice()).toBeUndefined();
  expect(store.getState().consent).toBeNull();
});

test("the model goes when the person works without one, and comes back with the server's end", () => {
  const { actions, calls } = setUp({ server: ON });
  actions.changeServer({ withoutModel: true });
  actions.changeServer({ model: "other" });
  expect(calls).toEqual(["unload"]);
  actions.changeServer({ isOn: false });
  expect(calls).toEqual(["unload", "load"]);
});

test("the first question to a server waits for the person, once per server", async () => {
  const { gate, actions, store, stored } = setUp({ server: ON });
  const first = gate.isAgreed();
  expect(store.getState().consent).toMatchObject({
    base: "http://localhost:8080/v1",
    model: "qwen",
    isThisComputer: true,
  });
  actions.answerConsent(false);
  expect(await first).toBe(false);
  expect(stored().agreedServers).toEqual([]);
  const second = gate.isAgreed();
  actions.answerConsent(true);
  expect(await second).toBe(true);
  expect(await gate.isAgreed()).toBe(true);
  actions.changeServer({ address: "https://models.example", model: "large" });
  void gate.isAgreed();
  expect(store.getState().consent).toMatchObject({ isThisComputer: false, model: "large" });
});

test("a server that is not named, or not reached safely, gets nothing", async () => {
  for (const server of [
    { ...ON, model: "" },
    { ...ON, address: "" },
    { ...ON, address: "http://192.168.1.5:8080" },
  ]) {
    const { gate } = setUp({ server, agreedServers: ["http://192.168.1.5:8080/v1"] });
    expect(await gate.isAgreed()).toBe(false);
    expect(gate.choice()).toBeUndefined();
  }
});

test("the key stays in memory unless it is kept, and never moves to another address", () => {
  const { gate, actions, stored } = setUp({ server: ON });
  actions.setServerKey("secret");
  expect(gate.choice()).toMatchObject({ key: "secret", address: "http://localhost:8080/v1" });
  expect(JSON.stringify(stored())).not.toContain("secret");
  actions.changeServer({ keepsKey: true });
  expect(stored().server.key).toBe("secret");
  actions.changeServer({ keepsKey: false });
  expect(JSON.stringify(stored())).not.toContain("secret");
  actions.changeServer({ keepsKey: true });
  actions.changeServer({ address: "https://elsewhere.example" });
  expect(gate.choice()?.key).toBeNull();
  expect(JSON.stringify(stored())).not.toContain("secret");
});

test("the first model of the server is proposed, and its context is taken over", async () => {
  const models = [{ id: "large", contextTokens: 8192 }];
  const { gate, actions, store } = setUp(
    { server: { ...ON, model: "" } },
    vi.fn(() => Promise.resolve(models as never)),
  );
  await actions.listServerModels();
  expect(store.getState().serverModels).toEqual(models);
  expect(gate.choice()).toMatchObject({ model: "large", contextTokens: 8192 });
});

test("why a server says nothing is kept for the panel", async () => {
  const refused = vi.fn(() => Promise.reject(new Error("no")));
  const { actions, store } = setUp({ server: ON }, refused as never);
  await actions.listServerModels();
  expect(store.getState().serverProblem).toMatchObject({ message: "no" });
});

test("settings of older versions have no server", () => {
  expect(parseSettings({ theme: "dark" })).toMatchObject({
    theme: "dark",
    server: { isOn: false },
    agreedServers: [],
  });
});
