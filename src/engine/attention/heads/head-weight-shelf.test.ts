import { expect, test } from "vitest";
import type { ModelConfig } from "../../model/config.ts";
import { MemoryRecords } from "../../store/memory.ts";
import { HeadWeightShelf } from "./head-weight-shelf.ts";

const model = {
  config: { layers: 2, heads: 4, kvHeads: 2 } as ModelConfig,
  fingerprintParts: ["size 7", "header a", "data b"],
};
const found = {
  model: model.fingerprintParts,
  by: "copying" as const,
  trials: 6,
  weights: [
    [0, 1],
    [0.5, 0.25],
  ],
};

test("what was kept is found again for its own model alone", async () => {
  const records = new MemoryRecords();
  const shelf = new HeadWeightShelf(records);
  expect(await shelf.find(model)).toBeUndefined();
  await shelf.keep(found);
  await shelf.keep({ ...found, model: ["size 8", "header a", "data b"], trials: 9 });
  expect(await new HeadWeightShelf(records).find(model)).toEqual(found);
  expect(await shelf.find({ ...model, fingerprintParts: ["size 9"] })).toBeUndefined();
});

test("a damaged record counts as none, wherever the damage is", async () => {
  const records = new MemoryRecords();
  const shelf = new HeadWeightShelf(records);
  await shelf.keep(found);
  const [[key, whole] = []] = await records.getAll("calibrations", []);
  for (let at = 0; at < whole!.length; at += 5) {
    const value = whole!.slice();
    value[at]! ^= 4;
    await records.write([{ put: "calibrations", key: key!, value }]);
    expect(await shelf.find(model), `byte ${at}`).toBeUndefined();
  }
  // A sound record of a model with other heads under the same name.
  await shelf.keep({ ...found, weights: [[0, 1]] });
  expect(await shelf.find(model)).toBeUndefined();
});

test("a full disk does not lose what was measured for this visit", async () => {
  const records = new MemoryRecords();
  records.write = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
  await expect(new HeadWeightShelf(records).keep(found)).resolves.toBeUndefined();
});
