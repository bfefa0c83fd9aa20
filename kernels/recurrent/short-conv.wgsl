// c[t, j] = silu(bias[j] + Σ_{i<4} weight[j, i] * x[t - 3 + i, j]); rows before x[0] are those of the tail.
// A thread handles four channels of one token.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // f32 [T, m]
@group(0) @binding(2) var<storage, read> tail: array<vec4<f32>>; // f32 [3, m], oldest first
@group(0) @binding(3) var<storage, read> weight: array<vec4<f32>>; // f32 [m, 4]
@group(0) @binding(4) var<storage, read> bias: array<vec4<f32>>; // f32 [m]
@group(0) @binding(5) var<storage, read_write> c: array<vec4<f32>>; // f32 [T, m]

// Row t - 3 + i of x behind the tail.
fn row(t: u32, i: u32, quad: u32) -> vec4<f32> {
  let at = t + i;
  if (at < 3u) { return tail[at * params.quads + quad]; }
  return x[(at - 3u) * params.quads + quad];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let item = linear_index(id, groups);
  if (item >= params.tokens * params.quads) { return; }
  let quad = item % params.quads;
  let t = item / params.quads;
  let w = transpose(mat4x4<f32>(
    weight[quad * 4u], weight[quad * 4u + 1u], weight[quad * 4u + 2u], weight[quad * 4u + 3u],
  ));
  let sum = bias[quad] + w[0] * row(t, 0u, quad) + w[1] * row(t, 1u, quad)
    + w[2] * row(t, 2u, quad) + w[3] * row(t, 3u, quad);
  c[item] = sum / (1.0 + exp(clamp(-sum, vec4<f32>(-80.0), vec4<f32>(80.0))));
}
