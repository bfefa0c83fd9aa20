// npm test: finds or installs what is missing, then runs every check; the last lines name each failure.
// npm test -- --only unit,e2e runs a part: static, unit, plain, threads, shaders, gpu, build, e2e.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./build.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureDefaultModel } from "./default-model.mjs";
import { checkSizes } from "./sizes.mjs";
import { failureLine, playwrightOutcome, readReport, vitestOutcome } from "./test-reports.mjs";
import { findVulkanDriver } from "./vulkan.mjs";

const STEPS = ["static", "unit", "plain", "threads", "shaders", "gpu", "build", "e2e"];
const STATIC_CHECKS = [
  ["Types", "tsc", "--build"],
  ["Lint", "eslint", "--cache", "--cache-location", "node_modules/.tmp/eslint", "."],
  ["Format", "prettier", "--check", "--log-level", "warn", "."],
  ["Dead code", "knip"],
];

/**
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function main(args) {
  const { values } = parseArgs({ args, options: { only: { type: "string", multiple: true } } });
  const only = (values.only ?? []).flatMap((one) => one.split(","));
  const unknown = only.filter((one) => !STEPS.includes(one));
  if (unknown.length > 0) {
    console.error(`Unknown part ${unknown.join(", ")}; there are ${STEPS.join(", ")}.`);
    return 2;
  }
  const wanted = (/** @type {string} */ step) => only.length === 0 || only.includes(step);
  const reports = mkdtempSync(join(tmpdir(), "inkspan-test-"));
  const env = { ...process.env };
  const problems = [];
  /** @type {import("./test-reports.mjs").Outcome} */
  const total = { passed: 0, failures: [] };
  /**
   * @param {string} project
   * @param {boolean} fine
   * @param {import("./test-reports.mjs").Outcome} outcome
   */
  const account = (project, fine, { passed, failures }) => {
    total.passed += passed;
    total.failures.push(...failures);
    if (!fine && failures.length === 0)
      problems.push(`The ${project} tests did not run to their end, or threw outside of a test.`);
    if (passed + failures.length === 0) problems.push(`No ${project} test was executed.`);
  };

  try {
    if (wanted("gpu") || wanted("e2e")) {
      env["INKSPAN_CHROMIUM"] = await ensureChromium();
      console.log(`Chromium: ${env["INKSPAN_CHROMIUM"]}`);
    }
    if (wanted("gpu")) {
      // The chosen browser may bring the only driver, so it is found first.
      process.env["INKSPAN_CHROMIUM"] = env["INKSPAN_CHROMIUM"];
      const driver = await findVulkanDriver();
      if (!driver)
        problems.push("No Vulkan driver gives a WebGPU adapter; the gpu tests cannot run.");
      else console.log(`Vulkan driver: ${driver.name}`);
      Object.assign(env, driver?.env);
    }
    if (wanted("static")) {
      // Each takes one core, and none needs another's result.
      const checks = STATIC_CHECKS.map(([name = "", tool = "", ...rest]) =>
        runBeside(name, tool, rest, env).then((fine) => {
          if (!fine) problems.push(`${name} failed.`);
        }),
      );
      await Promise.all(checks);
    }
    for (const project of ["unit", "plain", "threads", "shaders", "gpu"]) {
      if (!wanted(project)) continue;
      const file = join(reports, `${project}.json`);
      const outputs = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
      const fine = run(
        `Tests: ${project}`,
        "vitest",
        ["run", "--project", project, ...outputs],
        env,
      );
      account(project, fine, vitestOutcome(project, readReport(file)));
    }
    let built = true;
    if (wanted("build") || wanted("e2e")) {
      await ensureDefaultModel();
      built = run("Build", "vite", ["build", "--logLevel", "warn"], env);
      problems.push(...(built ? await checkSizes() : ["The build failed."]));
    }
    if (wanted("e2e") && built) {
      const file = join(reports, "e2e.json");
      const fine = run(
        "Tests: e2e",
        "playwright",
        ["test", "--config", "e2e/playwright.config.ts", "--reporter", "list,json"],
        { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
      );
      account("e2e", fine, playwrightOutcome("e2e", readReport(file)));
    }
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }

  const failed = [...total.failures.map(failureLine), ...problems];
  for (const line of failed) console.log(line);
  console.log(`${total.passed} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

/**
 * Runs beside others: what it says is printed whole when it ends.
 * @param {string} name
 * @param {string} tool
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<boolean>}
 */
function runBeside(name, tool, args, env) {
  const started = Date.now();
  return new Promise((resolve) => {
    let said = "";
    const child = spawn(join(ROOT, "node_modules/.bin", tool), args, { cwd: ROOT, env });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (/** @type {Buffer} */ part) => (said += part.toString()));
    child.on("error", (error) => (said += `${error.message}\n`));
    child.on("close", (status) => {
      console.log(`\n== ${name}\n${said}${outcome(name, status === 0, started)}`);
      resolve(status === 0);
    });
  });
}

/**
 * @param {string} name
 * @param {boolean} fine
 * @param {number} started
 */
const outcome = (name, fine, started) =>
  `${name}: ${fine ? "ok" : "FAILED"} (${((Date.now() - started) / 1000).toFixed(1)} s)`;

/**
 * @param {string} name
 * @param {string} tool
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {boolean}
 */
function run(name, tool, args, env) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const bin = join(ROOT, "node_modules/.bin", tool);
  const result = spawnSync(bin, args, { cwd: ROOT, stdio: "inherit", env });
  console.log(outcome(name, result.status === 0, started));
  return result.status === 0;
}
