import { afterEach, expect, test, vi } from "vitest";
import { isFailedImport, refreshModule } from "./failed-import.ts";

afterEach(() => vi.unstubAllGlobals());

const CHROMIUM = "Failed to fetch dynamically imported module: https://app.example/assets/pdf-1.js";

test.each([
  CHROMIUM,
  "error loading dynamically imported module: https://app.example/assets/pdf-1.js",
  "Importing a module script failed.",
])("%s is the failure of an import", (message) => {
  expect(isFailedImport(message)).toBe(true);
});

test("other failures are not", () => {
  expect(isFailedImport("The file is damaged.")).toBe(false);
  expect(isFailedImport("Failed to fetch")).toBe(false);
});

test("the module is fetched past the cache, if it is one of this site", async () => {
  const fetched = vi.fn(() => Promise.resolve(new Response("")));
  vi.stubGlobal("fetch", fetched);
  await refreshModule(CHROMIUM, "https://app.example");
  expect(fetched).toHaveBeenCalledWith("https://app.example/assets/pdf-1.js", { cache: "reload" });
  await refreshModule(CHROMIUM, "https://other.example");
  await refreshModule("Importing a module script failed.", "https://app.example");
  expect(fetched).toHaveBeenCalledOnce();
});
