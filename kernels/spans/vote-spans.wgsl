// V_s = sum over heads of weight_a · relu(z[a,s] − z0), not yet normalised; T_s = sum of z[a,s].
// Thread: one lane, every 256th span.
@group(0) @binding(1) var<storage, read> raw: array<f32>; // f32 [K][spanCapacity]
@group(0) @binding(2) var<storage, read_write> scratch: array<f32>;
@group(0) @binding(3) var<storage, read_write> votes: array<f32>; // f32 [S]
@group(0) @binding(4) var<storage, read_write> ties: array<f32>; // f32 [S]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  var total = 0.0;
  for (var s = id.x; s < params.spans; s += SUM_LANES) {
    var vote = 0.0;
    var tie = 0.0;
    for (var a = 0u; a < params.kvHeads; a++) {
      let at = head_at(a);
      let z = (boosted_score(a, s) - scratch[at]) * scratch[at + 1u];
      vote += scratch[at + 2u] * max(z - params.z0, 0.0);
      tie += z;
    }
    votes[s] = vote;
    ties[s] = tie;
    total += vote;
  }
  scratch[sum_at(id.x)] = total;
}
