// votes[a, j] = max over the g query heads of KV head a of Σ_t softmax_j(raw[t·H + h]).
// A thread handles one landmark of one KV head.
@group(0) @binding(1) var<storage, read> raw: array<f32>; // f32 [T*H][landmarks]
@group(0) @binding(2) var<storage, read> stats: array<vec2<f32>>; // f32 [T*H, 2]
@group(0) @binding(3) var<storage, read_write> votes: array<f32>; // f32 [K][landmarks]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= params.landmarks * params.kvHeads) { return; }
  let j = id.x % params.landmarks;
  let group = params.heads / params.kvHeads;
  let first = (id.x / params.landmarks) * group;
  var best = 0.0;
  for (var h = first; h < first + group; h++) {
    var sum = 0.0;
    for (var t = 0u; t < params.tokens; t++) {
      let row = t * params.heads + h;
      sum += exp(raw[row * params.landmarks + j] - stats[row].x) * stats[row].y;
    }
    best = max(best, sum);
  }
  votes[id.x] = best;
}
