// What the JSON reports of Vitest and Playwright say: how many tests passed, and each that failed by name.
// Not here: running them (test.mjs).
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ROOT } from "./build.mjs";

/**
 * @typedef {{ project: string, file: string, name: string, message: string }} Failure name is empty for a
 *   file that failed as a whole
 * @typedef {{ passed: number, failures: Failure[] }} Outcome
 */

/**
 * @param {string} file
 * @returns {any} parsed report, or undefined if the tool did not write a whole one
 */
export function readReport(file) {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} project
 * @param {any} report of Vitest's JSON reporter
 * @returns {Outcome}
 */
export function vitestOutcome(project, report) {
  /** @type {Failure[]} */
  const failures = [];
  for (const suite of report?.testResults ?? []) {
    const file = relative(ROOT, suite.name);
    const failed = suite.assertionResults.filter(
      (/** @type {any} */ { status }) => status === "failed",
    );
    for (const { ancestorTitles, title, failureMessages } of failed) {
      const name = [...ancestorTitles, title].join(" > ");
      failures.push({ project, file, name, message: failureMessages.join("\n") });
    }
    if (suite.status === "failed" && failed.length === 0)
      failures.push({ project, file, name: "", message: suite.message });
  }
  return { passed: report?.numPassedTests ?? 0, failures };
}

/**
 * @param {string} project
 * @param {any} report of Playwright's JSON reporter
 * @returns {Outcome} a test that passed when tried again has passed
 */
export function playwrightOutcome(project, report) {
  /** @type {Failure[]} */
  const failures = (report?.errors ?? []).map((/** @type {any} */ error) => ({
    project,
    file: error.location ? relative(ROOT, error.location.file) : "",
    name: "",
    message: error.message ?? String(error.value),
  }));
  /**
   * @param {any} suite
   * @param {string[]} titles of the suites around it; a file's own suite adds none
   */
  const visit = (suite, titles) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status !== "unexpected") continue;
        const errors = test.results.at(-1)?.errors ?? [];
        failures.push({
          project,
          file: spec.file,
          name: [...titles, spec.title].join(" > "),
          message:
            errors[0]?.message ??
            `ended as ${test.results.at(-1)?.status}, expected ${test.expectedStatus}`,
        });
      }
    }
    for (const inner of suite.suites ?? []) visit(inner, [...titles, inner.title]);
  };
  for (const suite of report?.suites ?? []) visit(suite, []);
  const stats = report?.stats;
  return { passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0), failures };
}

/**
 * One line a failure, so that the end of a cut log still names it; the seed of a property is kept.
 * @param {Failure} failure
 * @returns {string}
 */
export function failureLine({ project, file, name, message }) {
  const lines = stripVTControlCharacters(message)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const seed = lines.slice(1).find((line) => /\bseed: -?\d/.test(line));
  const where = [project, file, name].filter((part) => part !== "").join(" > ");
  const what = [lines[0] ?? "no message", seed].filter((line) => line !== undefined).join(" ");
  return `FAILED ${where.replaceAll(/\s+/g, " ")}: ${what.slice(0, 400)}`;
}
