// h = act(gate) * up, act = silu or gelu (tanh form). A thread handles four elements.
override GELU: bool;
@group(0) @binding(1) var<storage, read> gate: array<vec4<f32>>; // f32 [T, F]
@group(0) @binding(2) var<storage, read> up: array<vec4<f32>>; // f32 [T, F]
@group(0) @binding(3) var<storage, read_write> h: array<vec4<f32>>; // f32 [T, F]

fn activate(x: vec4<f32>) -> vec4<f32> {
  if (GELU) {
    // 0.5 (1 + tanh(u)) = 1 / (1 + exp(-2u)); exp stays finite by the clamp.
    let u = 1.5957691216 * (x + 0.044715 * x * x * x);
    return x / (1.0 + exp(clamp(-u, vec4<f32>(-80.0), vec4<f32>(80.0))));
  }
  return x / (1.0 + exp(clamp(-x, vec4<f32>(-80.0), vec4<f32>(80.0))));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let item = linear_index(id, groups);
  if (item >= params.quads) { return; }
  h[item] = activate(gate[item]) * up[item];
}
