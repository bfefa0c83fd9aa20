// Correctness and layers; style is Prettier's. The zones are the table of ARCHITECTURE.md.
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const LAYERS =
  "kernels ← src/engine ← src/evaluation, src/documents ← workers ← src/client ← src/state ← src/app, and src/client ← src/library ← src/widget";
const zone = (target, from, except = []) => ({
  target,
  from,
  except,
  message: `Imports go one way: ${LAYERS}.`,
});

const PROTOCOLS = ["./protocol.ts", "./extraction-protocol.ts"];
// How a worker is started, and of the workers themselves only the address.
const WORKERS = ["./module-worker.ts", "./engine-worker.ts", "./extraction-worker.ts"];
const zones = [
  zone("./kernels", ["./src", "./workers", "./e2e"]),
  zone("./src/engine", ["./workers", "./e2e"]),
  zone("./src/engine", "./src", ["./engine"]),
  zone("./src/evaluation", ["./workers", "./e2e"]),
  zone("./src/evaluation", "./src", ["./engine", "./evaluation"]),
  // Of the engine, files need only what a section and an error are.
  zone("./src/documents", ["./kernels", "./workers", "./e2e"]),
  zone("./src/documents", "./src", ["./documents", "./engine/sections.ts", "./engine/errors.ts"]),
  zone("./workers", "./src", ["./engine", "./evaluation", "./documents"]),
  zone("./workers", "./e2e"),
  zone("./src/client", "./src", ["./client"]),
  zone("./src/client", ["./kernels", "./e2e"]),
  zone("./src/client", "./workers", [...PROTOCOLS, ...WORKERS]),
  zone("./src/state", "./src", ["./client", "./state"]),
  zone("./src/state", ["./kernels", "./e2e"]),
  zone("./src/state", "./workers", PROTOCOLS),
  zone("./src/markdown", ["./kernels", "./workers", "./e2e"]),
  zone("./src/markdown", "./src", ["./markdown"]),
  zone("./src/app", "./src", ["./state", "./markdown", "./app"]),
  zone("./src/app", ["./kernels", "./e2e"]),
  zone("./src/app", "./workers", PROTOCOLS),
  zone("./src/library", "./src", ["./client", "./library"]),
  zone("./src/library", ["./kernels", "./e2e"]),
  zone("./src/library", "./workers", PROTOCOLS),
  zone("./src/widget", "./src", ["./library", "./markdown", "./widget"]),
  zone("./src/widget", ["./kernels", "./e2e"]),
  zone("./src/widget", "./workers", PROTOCOLS),
];

const MOST_LINES = 400;
// AssemblyScript: another language with the same ending.
const ASSEMBLY = "kernels/wasm/assembly/**/*.ts";

const webgpuTypes = {
  selector: "TSTypeReference > Identifier[name=/^GPU(Buffer|Device)$/]",
  message: "Outside kernels/webgpu a device is a Backend and its memory a DeviceBuffer.",
};
// Of the ids that are no everyday words; the others hang in the same lists.
const engineIds = {
  selector: "Literal[value=/^(ltri|infllm|shadow|shadowkv)$/]",
  message:
    "Attention engines are asked for what they are (attention/engines.ts), not for their ids.",
};

const hostGlobals = ["navigator", "self", "document", "window", "localStorage", "indexedDB"].map(
  (name) => ({ name, message: "The engine receives its host's services as arguments." }),
);

export default defineConfig(
  globalIgnores([
    "dist",
    "dist-*",
    "training",
    "public",
    "e2e/examples",
    "test-results",
    "**/fixtures",
  ]),
  {
    files: [ASSEMBLY],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { allowInvalidAST: true }, // its decorators stand on functions
    },
    rules: { "max-lines": ["error", MOST_LINES] },
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    ignores: [ASSEMBLY],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { "import-x": importX },
    languageOptions: {
      parserOptions: {
        project: ["tsconfig.core.json", "tsconfig.page.json", "tsconfig.node.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    settings: {
      // Without these the cycle rule does not look into TypeScript files at all.
      "import-x/extensions": [".ts", ".tsx"],
      "import-x/ignore": ["kernels/wasm/assembly/"], // another language with the same ending
      "import-x/parsers": { "@typescript-eslint/parser": [".ts", ".tsx"] },
      "import-x/resolver-next": [
        createTypeScriptImportResolver({
          project: ["tsconfig.core.json", "tsconfig.page.json", "tsconfig.node.json"],
          noWarnOnMultipleProjects: true,
        }),
      ],
    },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones, basePath: import.meta.dirname }],
      "import-x/no-cycle": "error",
      "max-lines": ["error", MOST_LINES],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // Loops over typed arrays index within bounds that the compiler cannot see.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowNullish: true, allowNever: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-empty-function": "off",
      // Both misjudge what changes during an await, and differ between the page's and worker's types.
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/prefer-promise-reject-errors": "off",
      "@typescript-eslint/unified-signatures": "off",
      "@typescript-eslint/require-await": "off", // an async interface may have a synchronous answer
      "@typescript-eslint/prefer-literal-enum-member": "off",
    },
  },
  {
    files: ["kernels/**/*.ts", "src/engine/**/*.ts", "src/evaluation/**/*.ts"],
    ignores: ["**/*.test.ts", "**/testing/**"],
    rules: { "no-restricted-globals": ["error", ...hostGlobals] },
  },
  {
    files: ["kernels/**/*.ts", "src/**/*.{ts,tsx}", "workers/**/*.ts"],
    ignores: ["kernels/webgpu/**", "**/*.test.ts", "**/testing/**", "src/headless/bench/**"],
    rules: { "no-restricted-syntax": ["error", webgpuTypes, engineIds] },
  },
  {
    // Here the engines have their ids, their rows, and what people call them.
    files: [
      "src/engine/attention/engine-names.ts",
      "src/engine/attention/engines.ts",
      "src/app/words/**/*.ts",
      "src/app/benchmark/wording.ts",
    ],
    rules: { "no-restricted-syntax": ["error", webgpuTypes] },
  },
  {
    files: ["**/*.test.ts", "**/testing/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    // A suite that asks the driver of WebGPU itself never sees the processor.
    files: ["**/*.backend.test.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["**/testing/gpu.ts"],
              importNames: ["testBackend"],
              message: "Suites for every backend take it from testing/backends.ts.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["src/app/**/*.{ts,tsx}", "src/widget/**/*.{ts,tsx}"],
    extends: [reactHooks.configs.flat["recommended-latest"]],
    rules: { "@typescript-eslint/unbound-method": "off" }, // store actions do not use `this`
  },
);
