// y[t, yBegin + n] (=|+=) dot(x[xRow + t], W[n]) (+ bias[biasBegin + n]), for few tokens.
// Barrier-free: a thread computes one (row, token) with four vector accumulators; tokens along grid y.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // f32 [≥ xRow + T, depth]
@group(0) @binding(2) var<storage, read> w: array<u32>; // quantised [N, depth]
@group(0) @binding(3) var<storage, read> bias: array<f32>; // f32, unused when hasBias is 0
@group(0) @binding(4) var<storage, read_write> y: array<f32>; // f32 [T, yStride]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let n = id.x;
  if (n >= params.rows) { return; }
  let quads = params.depth / 4u;
  let base = (params.xRow + id.y) * quads;
  var a0 = vec4<f32>();
  var a1 = vec4<f32>();
  var a2 = vec4<f32>();
  var a3 = vec4<f32>();
  var q = 0u;
  for (; q + 4u <= quads; q += 4u) {
    a0 += x[base + q] * weight4(n, q * 4u);
    a1 += x[base + q + 1u] * weight4(n, q * 4u + 4u);
    a2 += x[base + q + 2u] * weight4(n, q * 4u + 8u);
    a3 += x[base + q + 3u] * weight4(n, q * 4u + 12u);
  }
  for (; q < quads; q++) { a0 += x[base + q] * weight4(n, q * 4u); }
  var sum = dot((a0 + a1) + (a2 + a3), vec4<f32>(1.0));
  let at = id.y * params.yStride + params.yBegin + n;
  if (params.hasBias == 1u) { sum += bias[params.biasBegin + n]; }
  if (params.accumulate == 1u) { sum += y[at]; }
  y[at] = sum;
}
