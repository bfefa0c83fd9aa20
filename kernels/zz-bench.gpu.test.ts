import { readFileSync } from "node:fs";
import { test } from "vitest";
import { testRuntime } from "./testing/gpu.ts";
import { randomMatrix } from "./testing/compare.ts";
import { randomFloats } from "./testing/gpu.ts";
import { defineForFormats } from "./shared/per-format.ts";
const grids = { orig: [256, 8], v1: [256, 8], v2: [16, 16], v3: [8, 32], v4: [8, 32] } as const;
test("bench", async () => {
  const runtime = await testRuntime();
  const [tokens, rows, cols] = [32, 1024, 512];
  for (const f of ["Q4_0", "Q8_0", "F32"] as const) for (const v of (process.env["V"] ?? "orig v1 v2 v3 v4").split(" ") as (keyof typeof grids)[]) {
    const body = readFileSync(`/tmp/kb/matmul-${v === "orig" ? "direct.orig" : v}.wgsl`, "utf8");
    const kernel = defineForFormats({ name: v, body, params: { tokens: "u32", rows: "u32", depth: "u32", weightRowWords: "u32", xRow: "u32", yStride: "u32", yBegin: "u32", biasBegin: "u32", hasBias: "u32", accumulate: "u32" }, bindings: ["read", "read", "read", "write"] })[f];
    const m = randomMatrix(f, rows, cols, 1);
    const w = runtime.createBufferFrom("w", "weights", m.words), x = runtime.createBufferFrom("x", "weights", randomFloats(tokens * cols, 2)), y = runtime.createBuffer("y", "weights", tokens * rows * 4);
    const c0 = process.cpuUsage(); await runtime.prepare([{ kernel }]);
    const run = async () => { const r = runtime.record(); r.dispatch(kernel, { tokens, rows, depth: cols, weightRowWords: m.words.length / rows, xRow: 0, yStride: rows, yBegin: 0, biasBegin: 0, hasBias: 0, accumulate: 0 }, [x, w, x, y], [Math.ceil(rows / grids[v][0]), Math.ceil(tokens / grids[v][1])]); const p = r.readback(y, 0, 1024); r.submit(); return new Float32Array(await p); };
    await run(); const c1 = process.cpuUsage(c0);
    let best = 1e9, sum = 0, wall = 1e9;
    for (let i = 0; i < 5; i++) { const c = process.cpuUsage(); const t = performance.now(); sum = (await run()).reduce((a, b) => a + b); const d = process.cpuUsage(c); best = Math.min(best, (d.user + d.system) / 1000); wall = Math.min(wall, performance.now() - t); }
    console.log(f, v, " ms cpu", best.toFixed(1), "wall", wall.toFixed(1), "GF/cpu-s", (2 * tokens * rows * cols / best / 1e6).toFixed(2), sum, "compile cpu", (c1.user + c1.system) / 1e3 | 0);
    for (const b of [w, x, y]) runtime.destroyBuffer(b);
  }
}, 300000);
