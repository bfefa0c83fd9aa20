import { expect, it } from "vitest";
import { ownData } from "../benchmark-data.ts";
import type { BenchmarkRequest } from "./api.ts";
import { preparePlan } from "./prepare-plan.ts";

const REQUEST: BenchmarkRequest = {
  suite: "needlebench-v2",
  profile: "sound",
  preset: "smoke",
  seed: 1,
  languages: ["en"],
  tasks: ["m-rt", "atc"],
  lengths: null,
  depths: null,
  engines: ["ltri"],
  answerMode: "recalled",
};

it("names the tasks that a small run has, where none of them was asked for", async () => {
  const data = await ownData([]);
  await expect(preparePlan(REQUEST, data, 1024, new Map())).rejects.toThrow(
    "A smoke run of needlebench-v2 has only s-rt. Choose one of these tasks, or a larger run.",
  );
});
