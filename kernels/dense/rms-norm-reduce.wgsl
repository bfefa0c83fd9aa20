// y[row, i] (=|+=) x[row, i] * weight[i] / sqrt(mean(x[row]^2) + epsilon)
// One workgroup of 64 threads per row; neighbours read neighbouring elements.
@group(0) @binding(1) var<storage, read> x: array<f32>; // f32 [rows, width]
@group(0) @binding(2) var<storage, read> weight: array<f32>; // f32 [width]
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // f32 [rows, width]

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = group.y * groups.x + group.x;
  let inside = row < params.rows;
  let base = row * params.width;
  let width = select(0u, params.width, inside);
  var sum = 0.0;
  for (var i = local; i < width; i += 64u) { sum += x[base + i] * x[base + i]; }
  partial[local] = sum;
  for (var step = 32u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (local < step) { partial[local] += partial[local + step]; }
  }
  workgroupBarrier();
  let scale = inverseSqrt(partial[0] / f32(params.width) + params.epsilon);
  for (var i = local; i < width; i += 64u) {
    let value = x[base + i] * scale * weight[i];
    y[base + i] = select(value, y[base + i] + value, params.accumulate == 1u);
  }
}
