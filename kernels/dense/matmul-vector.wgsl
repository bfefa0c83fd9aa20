// y[t, yBegin + n] (=|+=) dot(x[xRow + t], W[n]) (+ bias[biasBegin + n]), for few tokens.
// Barrier-free: a thread computes one (row, token) with four vector accumulators; tokens along grid y.

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
  store(id.y, n, dot((a0 + a1) + (a2 + a3), vec4<f32>(1.0)));
}
