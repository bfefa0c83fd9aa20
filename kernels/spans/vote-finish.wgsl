// V_s divided by the sum of all V when that is positive; e_s = gamma · e_s + V_s where persist is 1.
// Thread: one span.
@group(0) @binding(1) var<storage, read> scratch: array<f32>;
@group(0) @binding(2) var<storage, read_write> votes: array<f32>; // f32 [S]
@group(0) @binding(3) var<storage, read_write> recall: array<f32>; // f32 [S]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= params.spans) { return; }
  var total = 0.0;
  for (var lane = 0u; lane < SUM_LANES; lane++) { total += scratch[sum_at(lane)]; }
  var vote = votes[id.x];
  if (total > 0.0) { vote = vote / total; }
  votes[id.x] = vote;
  if (params.persist == 1u) { recall[id.x] = params.gamma * recall[id.x] + vote; }
}
