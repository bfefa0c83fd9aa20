// votes[a][slot j] += sum of band[i][i−j][a] over rows i of the chunk with 0 ≤ i−j < voteWidth.
// Slots of the chunk's own tokens start from 0. Thread: one ring token, one KV head.
@group(0) @binding(1) var<storage, read> band: array<f32>; // f32 [T][bandWidth][K]
@group(0) @binding(2) var<storage, read_write> votes: array<f32>; // f32 [K][ringCapacity]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let end = params.firstToken + params.tokens;
  let a = id.x % params.kvHeads;
  let token = params.firstVoted + id.x / params.kvHeads;
  if (token >= end) { return; }
  let own = token >= params.firstToken;
  let at = a * params.ringCapacity + token % params.ringCapacity;
  let first = select(0u, token - params.firstToken, own);
  let last = min(params.tokens, token + params.voteWidth - params.firstToken);
  var sum = 0.0;
  for (var row = first; row < last; row++) {
    let lag = params.firstToken + row - token;
    sum += band[(row * params.bandWidth + lag) * params.kvHeads + a];
  }
  votes[at] = select(votes[at], 0.0, own) + sum;
}
