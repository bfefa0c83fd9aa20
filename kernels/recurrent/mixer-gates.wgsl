// Gates and key of a Rodimus mixer, in log space:
//   g = softplus(s), τ = sigmoid(p), log α = -g τ
//   gates[t] = (q * scale, k / max(|k|, ε) * exp(τ log g), log α, α), four rows of n
// A thread handles one state row of one token and computes |k| of its token by itself: no barriers.
@group(0) @binding(1) var<storage, read> qk: array<f32>; // f32 [T, 2, n]: q, k
@group(0) @binding(2) var<storage, read> sp: array<f32>; // f32 [T, 2, n]: s, p, with their bias
@group(0) @binding(3) var<storage, read_write> gates: array<f32>; // f32 [T, 4, n]

// log(1 + e) for 0 <= e <= 1, as 2 atanh(e / (2 + e)): log(1 + e) itself would lose the digits of a small e.
fn log_one_plus(e: f32) -> f32 {
  let z = e / (2.0 + e);
  let y = z * z;
  let series = 1.0 + y * (1.0 / 3.0 + y * (0.2 + y * (1.0 / 7.0 + y * (1.0 / 9.0
    + y * (1.0 / 11.0 + y * (1.0 / 13.0))))));
  return 2.0 * z * series;
}

// exp(x) for x <= 0; near 0 to the last digit, because a slow decay is multiplied with itself thousands of times.
fn decay_of(x: f32) -> f32 {
  let near = 1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0))));
  return select(near, exp(x), x < -0.03);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let item = linear_index(id, groups);
  let n = params.rows;
  if (item >= params.tokens * n) { return; }
  let row = item % n;
  let at = item / n * 2u * n;
  var square = 0.0;
  for (var i = 0u; i < n; i++) { square += qk[at + n + i] * qk[at + n + i]; }
  let s = sp[at + row];
  let g = max(s, 0.0) + log_one_plus(exp(-min(abs(s), 80.0)));
  let tau = 1.0 / (1.0 + exp(clamp(-sp[at + n + row], -80.0, 80.0)));
  // Far below 0, softplus(s) is exp(s).
  let log_g = select(log(g), s, s < -15.0);
  let decay = -g * tau;
  let out = at * 2u + row;
  gates[out] = qk[at + row] * params.scale;
  gates[out + n] = qk[at + n + row] / max(sqrt(square), params.keyEpsilon) * exp(tau * log_g);
  gates[out + 2u * n] = decay;
  gates[out + 3u * n] = decay_of(decay);
}
