// y[row] = rmsnorm(x[row] * silu(gate[row])) * weight: the gate first, then the norm.
// One thread per row; barrier-free, runs on every adapter.
@group(0) @binding(1) var<storage, read> x: array<f32>; // f32 [rows, width]
@group(0) @binding(2) var<storage, read> gate: array<f32>; // f32 [rows, width]
@group(0) @binding(3) var<storage, read> weight: array<f32>; // f32 [width]
@group(0) @binding(4) var<storage, read_write> y: array<f32>; // f32 [rows, width]

fn gated(at: u32) -> f32 {
  return x[at] * gate[at] / (1.0 + exp(clamp(-gate[at], -80.0, 80.0)));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = linear_index(id, groups);
  if (row >= params.rows) { return; }
  let base = row * params.width;
  var sum = 0.0;
  for (var i = 0u; i < params.width; i++) {
    let value = gated(base + i);
    sum += value * value;
    y[base + i] = value;
  }
  let scale = inverseSqrt(sum / f32(params.width) + params.epsilon);
  for (var i = 0u; i < params.width; i++) { y[base + i] *= scale * weight[i]; }
}
