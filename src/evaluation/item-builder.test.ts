// Prompts that are fixed for good: another hash means that the suite's version must be raised.
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { BenchmarkData } from "./benchmark-data.ts";
import { type Cl100k, loadCl100k } from "./cl100k.ts";
import { ItemBuilder } from "./item-builder.ts";
import { plannedItems, SUITE_VERSION } from "./plan.ts";
import { presetSettings } from "./presets.ts";
import { pieceTokens, sampleData } from "./testing/materials.ts";
import type { Profile, Suite } from "./types.ts";

// Loading cl100k takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let data: BenchmarkData;
let cl100k: Cl100k;
beforeAll(async () => {
  data = await sampleData();
  cl100k = await loadCl100k();
});

function promptsHash(suite: Suite, profile: Profile): string {
  const settings = presetSettings(suite === "ruler" ? "smoke" : "quick", {
    suite,
    profile,
    seed: 42,
    set: "4k",
    lengths: [1500, 2500],
    languages: suite === "ruler" ? null : ["en", "zh"],
  });
  const builder = new ItemBuilder(settings, data, pieceTokens, cl100k);
  const hash = createHash("sha256");
  for (const item of plannedItems(settings)) {
    const built = builder.build(item);
    if (built.status === "unsupported") hash.update(`${item.id} ${built.reason}`);
    else hash.update(JSON.stringify([built.document, built.question, built.gold, built.needles]));
  }
  return hash.digest("hex").slice(0, 16);
}

describe("the prompts of suite version 1", () => {
  it.each<[Suite, Profile, string]>([
    ["needlebench-v2", "sound", "8006ed992536325d"],
    ["needlebench-v2", "compat", "c01a3b24a59b52ac"],
    ["ruler", "sound", "ca9d877eba671916"],
  ])("%s, %s, are the ones first published", (suite, profile, hash) => {
    expect(SUITE_VERSION).toBe("1");
    expect(promptsHash(suite, profile)).toBe(hash);
  });
});
