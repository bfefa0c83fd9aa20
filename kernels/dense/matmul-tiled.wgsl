// y[t, yBegin + n] (=|+=) dot(x[xRow + t], W[n]) (+ bias[biasBegin + n]), prefill on a GPU.
// A workgroup of 128 threads computes 32 tokens × 64 rows, depth in tiles of 32 staged in workgroup
// memory (12.5 KiB, rows padded by one quad against bank conflicts). A thread computes 4 tokens ×
// 4 rows; its rows are 16 apart and its tokens 8 apart so that neighbours read neighbouring words.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // f32 [≥ xRow + T, depth]
@group(0) @binding(2) var<storage, read> w: array<u32>; // quantised [N, depth]
@group(0) @binding(3) var<storage, read> bias: array<f32>; // f32, unused when hasBias is 0
@group(0) @binding(4) var<storage, read_write> y: array<f32>; // f32 [T, yStride]

const STRIDE = 9u; // quads of a staged row: 8 and one of padding
var<workgroup> xTile: array<vec4<f32>, 288>; // 32 tokens
var<workgroup> wTile: array<vec4<f32>, 576>; // 64 rows

fn dots(v: vec4<f32>, w0: vec4<f32>, w1: vec4<f32>, w2: vec4<f32>, w3: vec4<f32>) -> vec4<f32> {
  return vec4<f32>(dot(v, w0), dot(v, w1), dot(v, w2), dot(v, w3));
}

fn store(t: u32, n: u32, value: f32) {
  if (t >= params.tokens || n >= params.rows) { return; }
  let at = t * params.yStride + params.yBegin + n;
  var sum = value;
  if (params.hasBias == 1u) { sum += bias[params.biasBegin + n]; }
  if (params.accumulate == 1u) { sum += y[at]; }
  y[at] = sum;
}

fn store4(t: u32, n: u32, value: vec4<f32>) {
  store(t, n, value.x);
  store(t, n + 16u, value.y);
  store(t, n + 32u, value.z);
  store(t, n + 48u, value.w);
}

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
  store4(t, n, a0);
  store4(t + 8u, n, a1);
  store4(t + 16u, n, a2);
  store4(t + 24u, n, a3);
}
