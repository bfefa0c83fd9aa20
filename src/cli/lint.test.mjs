// The lint rules that carry the architecture really see what they forbid: a cycle and an import against
// the layers are planted into the text of a file, and the project's own configuration must name both.
import { ESLint } from "eslint";
import { expect, test } from "vitest";
import { ROOT } from "./build.mjs";

// Where CI is set, the parser would take a file's text from the disk, whatever it is given.
process.env["TSESTREE_SINGLE_RUN"] = "false";

test(
  "planted device types, engine ids and long files are errors",
  { timeout: 240_000 },
  async () => {
    const eslint = new ESLint({ cwd: ROOT });
    const planted = `
    export function isBlocks(name: string, _buffer: GPUBuffer): boolean {
      return name === "infllm";
    }
    ${"\n".repeat(400)}
  `;
    const [result] = await eslint.lintText(planted, { filePath: "src/engine/errors.ts" });
    const found = result?.messages.map(({ ruleId, message }) => `${ruleId} ${message}`).join("\n");
    expect(found).toContain("Outside kernels/webgpu");
    expect(found).toContain("not for their ids");
    expect(found).toContain("max-lines");
    const kernel = `// @ts-ignore
@inline
function one(): f32 { return <f32>1; }
${"\n".repeat(400)}`;
    const [assembly] = await eslint.lintText(kernel, {
      filePath: "kernels/wasm/assembly/simd.ts",
    });
    expect(assembly?.messages.map(({ ruleId }) => ruleId)).toEqual(["max-lines"]);
  },
);

test("a planted cycle and a planted upward import are errors", { timeout: 240_000 }, async () => {
  const eslint = new ESLint({ cwd: ROOT });
  // name-error.ts imports errors.ts.
  const planted = `
    export { nameError } from "./name-error.ts";
    export { EngineClient } from "../client/engine-client.ts";
    export class EngineError extends Error {}
  `;
  const [result] = await eslint.lintText(planted, { filePath: "src/engine/errors.ts" });
  const rules = result?.messages.map(({ ruleId }) => ruleId);
  expect(rules).toContain("import-x/no-cycle");
  expect(rules).toContain("import-x/no-restricted-paths");
});

test(
  "a suite for every backend that takes the driver of WebGPU is an error",
  { timeout: 240_000 },
  async () => {
    const eslint = new ESLint({ cwd: ROOT });
    const planted = `import { testBackend } from "../testing/gpu.ts";\nvoid testBackend();\n`;
    const filePath = "kernels/recurrent/mixer.backend.test.ts";
    const [result] = await eslint.lintText(planted, { filePath });
    expect(result?.messages.map(({ ruleId }) => ruleId)).toContain("no-restricted-imports");
  },
);
