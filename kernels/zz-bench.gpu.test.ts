import { test } from "vitest";
import { testRuntime } from "./testing/gpu.ts";
import * as b from "./testing/bench-kernels.ts";
test("bench", async () => {
  const runtime = await testRuntime();
  const rows = [];
  for (const f of ["F32", "Q4_0", "Q8_0", "Q4_K"] as const) {
    rows.push(await b.benchMatmul(runtime, "vector", f, { tokens: 1, rows: 1024, cols: 1024 }));
    rows.push(await b.benchMatmul(runtime, "direct", f, { tokens: 64, rows: 1024, cols: 1024 }));
  }
  rows.push(await b.benchPrefill(runtime, "direct", { tokens: 64, setCount: 512, clampedCount: 0 }));
  for (const r of rows) console.log(r.name, r.bestMs.toFixed(1), "ms cpu", r.bestCpuMs.toFixed(1), "GF", r.gflops?.toFixed(2), "per cpu s", r.gflopsPerCpuSecond?.toFixed(2), r.checksum);
});
