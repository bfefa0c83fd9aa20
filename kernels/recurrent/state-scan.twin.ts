import type { StateScanShape } from "./state-scan.ts";

/** CPU twin of state-scan.wgsl with the launcher's arguments. */
export function stateScanTwin(
  gates: Float32Array,
  u: Float32Array,
  c: Float32Array,
  skip: Float32Array,
  state: Float32Array,
  o: Float32Array,
  { tokens, rows: n, width: m }: StateScanShape,
): void {
  for (let t = 0; t < tokens; t++) {
    const [q, k, , alpha] = [0, 1, 2, 3].map((i) =>
      gates.subarray((t * 4 + i) * n, (t * 4 + i + 1) * n),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    for (let j = 0; j < m; j++) {
      let read = c[t * m + j]! * skip[j]!;
      for (let i = 0; i < n; i++) {
        const s = alpha[i]! * state[i * m + j]! + k[i]! * u[t * m + j]!;
        state[i * m + j] = s;
        read += q[i]! * s;
      }
      o[t * m + j] = read;
    }
  }
}
