// y[t, yBegin + n] (=|+=) dot(x[xRow + t], W[n]) (+ bias[biasBegin + n]), for few tokens on a GPU.
// A workgroup of 128 threads handles four rows of one token: 32 lanes walk along a row so that
// neighbours read neighbouring words; lanes meet in workgroup memory. Rows fold over grid x and z,
// tokens run along grid y.

var<workgroup> partial: array<f32, 128>;

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % 32u;
  let n = (group.z * groups.x + group.x) * 4u + local / 32u;
  let row = min(n, params.rows - 1u);
  let quads = params.depth / 4u;
  let base = (params.xRow + group.y) * quads;
  var a0 = vec4<f32>();
  var a1 = vec4<f32>();
  var q = lane;
  for (; q + 32u < quads; q += 64u) {
    a0 += x[base + q] * weight4(row, q * 4u);
    a1 += x[base + q + 32u] * weight4(row, q * 4u + 128u);
  }
  if (q < quads) { a0 += x[base + q] * weight4(row, q * 4u); }
  partial[local] = dot(a0 + a1, vec4<f32>(1.0));
  for (var step = 16u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { partial[local] += partial[local + step]; }
  }
  if (lane == 0u) { store(group.y, n, partial[local]); }
}
