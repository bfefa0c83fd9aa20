// y[row, i] (=|+=) x[row, i] * weight[i] / sqrt(mean(x[row]^2) + epsilon)
// One thread per row; barrier-free, runs on every adapter.
@group(0) @binding(1) var<storage, read> x: array<f32>; // f32 [rows, width]
@group(0) @binding(2) var<storage, read> weight: array<f32>; // f32 [width]
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // f32 [rows, width]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = linear_index(id, groups);
  if (row >= params.rows) { return; }
  let base = row * params.width;
  var sum = 0.0;
  for (var i = 0u; i < params.width; i++) { sum += x[base + i] * x[base + i]; }
  let scale = inverseSqrt(sum / f32(params.width) + params.epsilon);
  for (var i = 0u; i < params.width; i++) {
    let value = x[base + i] * scale * weight[i];
    y[base + i] = select(value, y[base + i] + value, params.accumulate == 1u);
  }
}
