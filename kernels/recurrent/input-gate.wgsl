// u = sigmoid(z) * x. A thread handles four elements.
@group(0) @binding(1) var<storage, read> z: array<vec4<f32>>; // f32 [T, m]
@group(0) @binding(2) var<storage, read> x: array<vec4<f32>>; // f32 [T, m]
@group(0) @binding(3) var<storage, read_write> u: array<vec4<f32>>; // f32 [T, m]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let item = linear_index(id, groups);
  if (item >= params.quads) { return; }
  u[item] = x[item] / (1.0 + exp(clamp(-z[item], vec4<f32>(-80.0), vec4<f32>(80.0))));
}
