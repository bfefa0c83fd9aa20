import { expect, test } from "vitest";
import { type LentModel, ModelLoans } from "./model-loans.ts";

test("a recalled model is waited for, and a failed task does not hold it", async () => {
  const loans = new ModelLoans();
  const model = {} as Omit<LentModel, "recalled">;
  const log: string[] = [];
  const slow = loans.lend(model, async ({ recalled }) => {
    await new Promise((resolve) => recalled.addEventListener("abort", resolve));
    await Promise.resolve();
    log.push("given back");
    return 7;
  });
  await expect(loans.lend(model, () => Promise.reject(new Error("broke")))).rejects.toThrow(
    "broke",
  );
  await loans.recallAll();
  log.push("gone");
  expect(log).toEqual(["given back", "gone"]);
  expect(await slow).toBe(7);
});
