// y[t, yBegin + n] (=|+=) dot(x[xRow + t], W[n]) (+ bias[biasBegin + n]) for T tokens, N rows of W.
// Barrier-free: a thread computes 8 tokens × 4 rows in named accumulators (one vec4 per token).
// Reads past the edge are clamped to the last token or row and not stored.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let n = id.x * 4u;
  let t = id.y * 8u;
  if (n >= params.rows) { return; }
  let lastRow = params.rows - 1u;
  let n1 = min(n + 1u, lastRow);
  let n2 = min(n + 2u, lastRow);
  let n3 = min(n + 3u, lastRow);
  let quads = params.depth / 4u;
  let lastToken = params.tokens - 1u;
  let x0 = (params.xRow + t) * quads;
  let x1 = (params.xRow + min(t + 1u, lastToken)) * quads;
  let x2 = (params.xRow + min(t + 2u, lastToken)) * quads;
  let x3 = (params.xRow + min(t + 3u, lastToken)) * quads;
  let x4 = (params.xRow + min(t + 4u, lastToken)) * quads;
  let x5 = (params.xRow + min(t + 5u, lastToken)) * quads;
  let x6 = (params.xRow + min(t + 6u, lastToken)) * quads;
  let x7 = (params.xRow + min(t + 7u, lastToken)) * quads;
  var a0 = vec4<f32>();
  var a1 = vec4<f32>();
  var a2 = vec4<f32>();
  var a3 = vec4<f32>();
  var a4 = vec4<f32>();
  var a5 = vec4<f32>();
  var a6 = vec4<f32>();
  var a7 = vec4<f32>();
  for (var q = 0u; q < quads; q++) {
    let w0 = weight4(n, q * 4u);
    let w1 = weight4(n1, q * 4u);
    let w2 = weight4(n2, q * 4u);
    let w3 = weight4(n3, q * 4u);
    a0 += dots(x[x0 + q], w0, w1, w2, w3);
    a1 += dots(x[x1 + q], w0, w1, w2, w3);
    a2 += dots(x[x2 + q], w0, w1, w2, w3);
    a3 += dots(x[x3 + q], w0, w1, w2, w3);
    a4 += dots(x[x4 + q], w0, w1, w2, w3);
    a5 += dots(x[x5 + q], w0, w1, w2, w3);
    a6 += dots(x[x6 + q], w0, w1, w2, w3);
    a7 += dots(x[x7 + q], w0, w1, w2, w3);
  }
  store4(t, n, 1u, a0);
  store4(t + 1u, n, 1u, a1);
  store4(t + 2u, n, 1u, a2);
  store4(t + 3u, n, 1u, a3);
  store4(t + 4u, n, 1u, a4);
  store4(t + 5u, n, 1u, a5);
  store4(t + 6u, n, 1u, a6);
  store4(t + 7u, n, 1u, a7);
}
