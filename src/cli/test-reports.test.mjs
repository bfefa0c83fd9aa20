// The closing lines of npm test name every failure. Reports are shaped as Vitest 4 and Playwright write them.
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./build.mjs";
import { failureLine, playwrightOutcome, vitestOutcome } from "./test-reports.mjs";

test("names each failed test of a Vitest report, with a property's seed", () => {
  const { passed, failures } = vitestOutcome("unit", {
    numPassedTests: 7,
    testResults: [
      {
        name: join(ROOT, "src/a.test.ts"),
        status: "failed",
        message: "",
        assertionResults: [
          { ancestorTitles: [], title: "fine", status: "passed", failureMessages: [] },
          {
            ancestorTitles: ["outer", "inner"],
            title: "one\nname",
            status: "failed",
            failureMessages: [
              'Error: Property failed after 2 tests\n{ seed: -43, path: "1:1", endOnFailure: true }\n' +
                "Counterexample: [5]\n    at somewhere",
            ],
          },
          {
            ancestorTitles: [],
            title: "coloured",
            status: "failed",
            failureMessages: ["\u001B[31mAssertionError\u001B[39m: expected 1 to be 2\n    at x"],
          },
        ],
      },
      { name: join(ROOT, "src/b.test.ts"), status: "passed", message: "", assertionResults: [] },
    ],
  });
  expect(passed).toBe(7);
  expect(failures.map(failureLine)).toEqual([
    "FAILED unit > src/a.test.ts > outer > inner > one name: Error: Property failed after 2 tests " +
      '{ seed: -43, path: "1:1", endOnFailure: true }',
    "FAILED unit > src/a.test.ts > coloured: AssertionError: expected 1 to be 2",
  ]);
});

test("names a file that could not be loaded", () => {
  const { failures } = vitestOutcome("gpu", {
    numPassedTests: 0,
    testResults: [
      {
        name: join(ROOT, "kernels/c.gpu.test.ts"),
        status: "failed",
        message: "cannot load\nsecond",
        assertionResults: [],
      },
    ],
  });
  expect(failures.map(failureLine)).toEqual(["FAILED gpu > kernels/c.gpu.test.ts: cannot load"]);
});

test("names each failed test and each error of a Playwright report", () => {
  const result = (/** @type {string} */ status, /** @type {string[]} */ ...messages) => ({
    status,
    errors: messages.map((message) => ({ message })),
  });
  const { passed, failures } = playwrightOutcome("e2e", {
    stats: { expected: 3, flaky: 1, unexpected: 2 },
    errors: [
      { message: "Error: no server\nmore", location: { file: join(ROOT, "e2e/x.spec.ts") } },
    ],
    suites: [
      {
        title: "damage.spec.ts",
        specs: [
          {
            title: "flaky",
            file: "damage.spec.ts",
            tests: [
              { status: "flaky", results: [result("failed", "Error: once"), result("passed")] },
            ],
          },
        ],
        suites: [
          {
            title: "a card",
            specs: [
              {
                title: "says so",
                file: "damage.spec.ts",
                tests: [
                  {
                    status: "unexpected",
                    expectedStatus: "passed",
                    results: [
                      result("failed", "\u001B[2mexpect(\u001B[22mlocator) failed\n\nLocator: x"),
                    ],
                  },
                ],
              },
              {
                title: "passes though it must not",
                file: "damage.spec.ts",
                tests: [
                  { status: "unexpected", expectedStatus: "failed", results: [result("passed")] },
                ],
              },
            ],
          },
        ],
      },
    ],
  });
  expect(passed).toBe(4);
  expect(failures.map(failureLine)).toEqual([
    "FAILED e2e > e2e/x.spec.ts: Error: no server",
    "FAILED e2e > damage.spec.ts > a card > says so: expect(locator) failed",
    "FAILED e2e > damage.spec.ts > a card > passes though it must not: ended as passed, expected failed",
  ]);
});

test("a report that was not written counts nothing", () => {
  expect(vitestOutcome("unit", undefined)).toEqual({ passed: 0, failures: [] });
  expect(playwrightOutcome("e2e", undefined)).toEqual({ passed: 0, failures: [] });
});
