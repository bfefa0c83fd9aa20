// y[row] = rmsnorm(x[row] * silu(gate[row])) * weight: the gate first, then the norm.
// One workgroup of 64 threads per row; neighbours read neighbouring elements.
@group(0) @binding(1) var<storage, read> x: array<f32>; // f32 [rows, width]
@group(0) @binding(2) var<storage, read> gate: array<f32>; // f32 [rows, width]
@group(0) @binding(3) var<storage, read> weight: array<f32>; // f32 [width]
@group(0) @binding(4) var<storage, read_write> y: array<f32>; // f32 [rows, width]

var<workgroup> partial: array<f32, 64>;

fn gated(at: u32) -> f32 {
  return x[at] * gate[at] / (1.0 + exp(clamp(-gate[at], -80.0, 80.0)));
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = group.y * groups.x + group.x;
  let base = row * params.width;
  let width = select(0u, params.width, row < params.rows);
  var sum = 0.0;
  for (var i = local; i < width; i += 64u) {
    let value = gated(base + i);
    sum += value * value;
  }
  partial[local] = sum;
  for (var step = 32u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (local < step) { partial[local] += partial[local + step]; }
  }
  workgroupBarrier();
  let scale = inverseSqrt(partial[0] / f32(params.width) + params.epsilon);
  for (var i = local; i < width; i += 64u) { y[base + i] = gated(base + i) * scale * weight[i]; }
}
