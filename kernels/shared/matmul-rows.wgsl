// Bindings of the matmul kernels, and how they store.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // f32 [≥ xRow + T, depth]
@group(0) @binding(2) var<storage, read> w: array<u32>; // quantised [N, depth]
@group(0) @binding(3) var<storage, read> bias: array<f32>; // f32, unused when hasBias is 0
@group(0) @binding(4) var<storage, read_write> y: array<f32>; // f32 [T, yStride]

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

/* Rows n, n + step, n + 2 step, n + 3 step of token t. */
fn store4(t: u32, n: u32, step: u32, value: vec4<f32>) {
  store(t, n, value.x);
  store(t, n + step, value.y);
  store(t, n + 2u * step, value.z);
  store(t, n + 3u * step, value.w);
}
