// Joins the lanes of a head: mean, 1/std (0 when std < 1e-6), and the weight of the head:
// a calibrated one, or relu(max z − z0). Thread: one head.
@group(0) @binding(1) var<storage, read> headWeights: array<f32>; // f32 [K] where calibrated is 1
@group(0) @binding(2) var<storage, read_write> scratch: array<f32>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let a = id.x;
  if (a >= params.kvHeads) { return; }
  var count = 0.0;
  var mean = 0.0;
  var m2 = 0.0;
  var most = -3.0e38;
  for (var lane = 0u; lane < STAT_LANES; lane++) {
    let at = lane_at(a, lane);
    let more = scratch[at];
    if (more == 0.0) { continue; }
    let delta = scratch[at + 1u] - mean;
    let total = count + more;
    mean += delta * more / total;
    m2 += scratch[at + 2u] + delta * delta * count * more / total;
    most = max(most, scratch[at + 3u]);
    count = total;
  }
  let deviation = sqrt(m2 / max(count, 1.0));
  var inverse = 0.0;
  if (deviation >= 1e-6) { inverse = 1.0 / deviation; }
  var weight = max((most - mean) * inverse - params.z0, 0.0);
  if (params.calibrated == 1u) { weight = headWeights[a]; }
  let at = head_at(a);
  scratch[at] = mean;
  scratch[at + 1u] = inverse;
  scratch[at + 2u] = weight;
}
