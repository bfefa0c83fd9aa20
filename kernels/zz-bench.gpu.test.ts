import { test } from "vitest";
import { attentionPrefillKernels, attentionPrefillConstants } from "./attention-prefill.ts";
import { attentionDecodeKernels } from "./attention-decode.ts";
import { matmulKernels } from "./matmul.ts";
import { testRuntime } from "./testing/gpu.ts";
import * as b from "./testing/bench-kernels.ts";
test("compile", async () => {
  const runtime = await testRuntime();
  const rope = { HEAD_DIM: 64, ROTARY_DIMS: 64, ADJACENT: 0 };
  for (const v of [
    { kernel: attentionPrefillKernels.direct, constants: attentionPrefillConstants("direct", 64, false) },
    { kernel: attentionPrefillKernels.direct, constants: attentionPrefillConstants("direct", 64, true) },
    { kernel: attentionDecodeKernels.direct.f16, constants: rope },
    { kernel: matmulKernels.direct.Q4_0 },
    { kernel: matmulKernels.vector.Q4_0 },
  ]) {
    const c = process.cpuUsage(); const w = performance.now();
    await runtime.prepare([v]);
    const u = process.cpuUsage(c);
    console.log(v.kernel.name, "cpu ms", (u.user + u.system) / 1000 | 0, "wall", (performance.now() - w) | 0);
  }
});
test("bench", async () => {
  const runtime = await testRuntime();
  const rows = [];
  for (const f of ["F32", "Q4_0", "Q8_0", "Q4_K"] as const) {
    rows.push(await b.benchMatmul(runtime, "vector", f, { tokens: 1, rows: 1024, cols: 1024 }));
    rows.push(await b.benchMatmul(runtime, "direct", f, { tokens: 64, rows: 1024, cols: 1024 }));
  }
  rows.push(await b.benchPrefill(runtime, "direct", { tokens: 64, setCount: 512, clampedCount: 0 }));
  rows.push(await b.benchPrefill(runtime, "direct", { tokens: 64, setCount: 512, clampedCount: 256 }));
  rows.push(await b.benchDecode(runtime, 1024));
  rows.push(await b.benchSample(runtime, 1), await b.benchSample(runtime, 40), await b.benchSample(runtime, 0));
  for (const r of rows) console.log(r.name, r.bestMs.toFixed(1), "ms", r.gflops?.toFixed(2), r.checksum);
});
