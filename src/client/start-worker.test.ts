// The verbs travel by the list of the protocol, through the real Comlink and with their receiver.
import * as Comlink from "comlink";
import { expect, test } from "vitest";
import { type EngineApi, ENGINE_VERBS, forwardVerbs, VERBS } from "../../workers/protocol.ts";

test("no verb stands in two lists", () => {
  expect(new Set(VERBS).size).toBe(VERBS.length);
});

test("a verb reaches its target on the other side of Comlink, with all it was given", async () => {
  class Target {
    readonly #seen: unknown[] = [];
    renameDocument(...parameters: unknown[]) {
      this.#seen.push(parameters);
      return this.#seen;
    }
  }
  const { port1, port2 } = new MessageChannel();
  const target = new Target();
  const served = forwardVerbs(["renameDocument"], async (run: (api: EngineApi) => unknown) =>
    run(target as unknown as EngineApi),
  );
  Comlink.expose(served, port1);
  const remote = Comlink.wrap<EngineApi>(port2) as unknown as EngineApi;
  const page = forwardVerbs(ENGINE_VERBS, async (run: (api: EngineApi) => unknown) => run(remote));
  await expect(page.renameDocument("a", "b")).resolves.toEqual([["a", "b"]]);
  port1.close();
  port2.close();
});
