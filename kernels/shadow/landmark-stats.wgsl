// stats[row] = (max_j raw[row, j], 1 / Σ_j exp(raw[row, j] − max)). A workgroup handles one row.
@group(0) @binding(1) var<storage, read> raw: array<f32>; // f32 [rows][landmarks]
@group(0) @binding(2) var<storage, read_write> stats: array<vec2<f32>>; // f32 [rows, 2]

var<workgroup> parts: array<vec2<f32>, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let base = group.x * params.landmarks;
  var most = -3.4e38;
  var sum = 0.0;
  for (var j = lane; j < params.landmarks; j += 64u) {
    let score = raw[base + j];
    let top = max(most, score);
    sum = sum * exp(most - top) + exp(score - top);
    most = top;
  }
  parts[lane] = vec2<f32>(most, sum);
  workgroupBarrier();
  if (lane > 0u) { return; }
  var all = parts[0];
  for (var n = 1u; n < 64u; n++) {
    let top = max(all.x, parts[n].x);
    all = vec2<f32>(top, all.y * exp(all.x - top) + parts[n].y * exp(parts[n].x - top));
  }
  stats[group.x] = vec2<f32>(all.x, 1.0 / all.y);
}
