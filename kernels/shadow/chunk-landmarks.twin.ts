import { type ChunkLandmarksShape, SHADOW_CHUNK } from "./chunk-landmarks.ts";

/** CPU twin of chunk-landmarks.wgsl. */
export function chunkLandmarksTwin(
  kRot: Float32Array,
  landmarks: Float32Array,
  likeness: Float32Array,
  { kvHeads, headDim, setCapacity, chunks }: ChunkLandmarksShape,
): void {
  for (let head = 0; head < kvHeads; head++) {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const rows = Array.from({ length: SHADOW_CHUNK }, (_, t) => {
        const at = (head * setCapacity + chunk * SHADOW_CHUNK + t) * headDim;
        return kRot.subarray(at, at + headDim);
      });
      const index = head * chunks + chunk;
      const mean = landmarks.subarray(index * headDim, (index + 1) * headDim);
      for (let d = 0; d < headDim; d++) {
        mean[d] = rows.reduce((sum, row) => sum + row[d]!, 0) / SHADOW_CHUNK;
      }
      likeness[index] = Math.min(...rows.map((row) => cosine(row, mean)));
    }
  }
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  const norm = Math.sqrt(dot(a, a) * dot(b, b));
  return norm > 0 ? dot(a, b) / norm : 0;
}
