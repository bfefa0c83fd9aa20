// The recurrence, token after token: S = diag(α_t) S + k_tᵀ u_t;  o[t] = q_t S + c[t] * skip.
// A thread owns one column of S. It takes 16 rows at a time through all tokens, in registers, and adds
// what they give to o; no thread needs another one's results. Works for one token as for many.
@group(0) @binding(1) var<storage, read> gates: array<vec4<f32>>; // f32 [T, 4, n]: q, k, log α, α
@group(0) @binding(2) var<storage, read> u: array<f32>; // f32 [T, m]
@group(0) @binding(3) var<storage, read> c: array<f32>; // f32 [T, m]
@group(0) @binding(4) var<storage, read> skip: array<f32>; // f32 [m]
@group(0) @binding(5) var<storage, read_write> state: array<f32>; // f32 [n, m]
@group(0) @binding(6) var<storage, read_write> o: array<f32>; // f32 [T, m]

fn load(row: u32, column: u32) -> vec4<f32> {
  let at = row * params.width + column;
  return vec4<f32>(
    state[at], state[at + params.width], state[at + 2u * params.width], state[at + 3u * params.width],
  );
}

fn store(row: u32, column: u32, s: vec4<f32>) {
  let at = row * params.width + column;
  state[at] = s.x;
  state[at + params.width] = s.y;
  state[at + 2u * params.width] = s.z;
  state[at + 3u * params.width] = s.w;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let column = id.x;
  if (column >= params.width) { return; }
  let quads = params.rows / 4u;
  for (var row = 0u; row < params.rows; row += 16u) {
    var s0 = load(row, column);
    var s1 = load(row + 4u, column);
    var s2 = load(row + 8u, column);
    var s3 = load(row + 12u, column);
    for (var t = 0u; t < params.tokens; t++) {
      let q = t * 4u * quads + row / 4u;
      let k = q + quads;
      let decay = q + 3u * quads;
      let at = t * params.width + column;
      let value = u[at];
      s0 = gates[decay] * s0 + gates[k] * value;
      s1 = gates[decay + 1u] * s1 + gates[k + 1u] * value;
      s2 = gates[decay + 2u] * s2 + gates[k + 2u] * value;
      s3 = gates[decay + 3u] * s3 + gates[k + 3u] * value;
      let read = dot(gates[q], s0) + dot(gates[q + 1u], s1)
        + dot(gates[q + 2u], s2) + dot(gates[q + 3u], s3);
      if (row == 0u) { o[at] = c[at] * skip[column] + read; } else { o[at] += read; }
    }
    store(row, column, s0);
    store(row + 4u, column, s1);
    store(row + 8u, column, s2);
    store(row + 12u, column, s3);
  }
}
