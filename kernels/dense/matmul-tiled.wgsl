// y[t, yBegin + n] (=|+=) dot(x[xRow + t], W[n]) (+ bias[biasBegin + n]), prefill on a GPU.
// A workgroup of 128 threads computes 32 tokens × 64 rows, depth in tiles of 32 staged in workgroup
// memory (12.5 KiB, rows padded by one quad against bank conflicts). A thread computes 4 tokens ×
// 4 rows; its rows are 16 apart and its tokens 8 apart so that neighbours read neighbouring words.

const STRIDE = 9u; // quads of a staged row: 8 and one of padding
var<workgroup> xTile: array<vec4<f32>, 288>; // 32 tokens
var<workgroup> wTile: array<vec4<f32>, 576>; // 64 rows

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let firstRow = group.x * 64u;
  let firstToken = group.y * 32u;
  let quads = params.depth / 4u;
  let nLocal = local % 16u;
  let tLocal = local / 16u;
  let column = local % 8u;
  let line = local / 8u;
  var a0 = vec4<f32>();
  var a1 = vec4<f32>();
  var a2 = vec4<f32>();
  var a3 = vec4<f32>();
  for (var q = 0u; q < quads; q += 8u) {
    let inside = q + column < quads;
    for (var i = line; i < 32u; i += 16u) {
      var value = vec4<f32>();
      if (inside && firstToken + i < params.tokens) {
        value = x[(params.xRow + firstToken + i) * quads + q + column];
      }
      xTile[i * STRIDE + column] = value;
    }
    for (var i = line; i < 64u; i += 16u) {
      var value = vec4<f32>();
      if (inside && firstRow + i < params.rows) {
        value = weight4(firstRow + i, (q + column) * 4u);
      }
      wTile[i * STRIDE + column] = value;
    }
    workgroupBarrier();
    for (var k = 0u; k < 8u; k++) {
      let w0 = wTile[nLocal * STRIDE + k];
      let w1 = wTile[(nLocal + 16u) * STRIDE + k];
      let w2 = wTile[(nLocal + 32u) * STRIDE + k];
      let w3 = wTile[(nLocal + 48u) * STRIDE + k];
      a0 += dots(xTile[tLocal * STRIDE + k], w0, w1, w2, w3);
      a1 += dots(xTile[(tLocal + 8u) * STRIDE + k], w0, w1, w2, w3);
      a2 += dots(xTile[(tLocal + 16u) * STRIDE + k], w0, w1, w2, w3);
      a3 += dots(xTile[(tLocal + 24u) * STRIDE + k], w0, w1, w2, w3);
    }
    workgroupBarrier();
  }
  let n = firstRow + nLocal;
  let t = firstToken + tLocal;
  store4(t, n, 16u, a0);
  store4(t + 8u, n, 16u, a1);
  store4(t + 16u, n, 16u, a2);
  store4(t + 24u, n, 16u, a3);
}
