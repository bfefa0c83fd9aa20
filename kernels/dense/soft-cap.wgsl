// x = cap * tanh(x / cap) in place. A thread handles one element.
@group(0) @binding(1) var<storage, read_write> x: array<f32>; // f32 [count]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let item = linear_index(id, groups);
  if (item >= params.count) { return; }
  // Beyond 20 tanh is 1 in f32, and some implementations overflow.
  x[item] = params.cap * tanh(clamp(x[item] / params.cap, -20.0, 20.0));
}
