// Running mean, squared deviation and maximum of the scores of one head over every 64th span
// (Welford). Thread: one lane of one head (grid y).
@group(0) @binding(1) var<storage, read> raw: array<f32>; // f32 [K][spanCapacity]
@group(0) @binding(2) var<storage, read_write> scratch: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  var count = 0.0;
  var mean = 0.0;
  var m2 = 0.0;
  var most = -3.0e38;
  for (var s = id.x; s < params.spans; s += STAT_LANES) {
    let score = boosted_score(id.y, s);
    count += 1.0;
    let delta = score - mean;
    mean += delta / count;
    m2 += delta * (score - mean);
    most = max(most, score);
  }
  let at = lane_at(id.y, id.x);
  scratch[at] = count;
  scratch[at + 1u] = mean;
  scratch[at + 2u] = m2;
  scratch[at + 3u] = most;
}
