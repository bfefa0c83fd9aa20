// First half of sampling: of every chunk of `chunk` logits the best (value, id) and
// Σ exp((logit - best) / temperature), and whether a logit is not finite. A thread handles one chunk; the
// lowest id wins ties.
@group(0) @binding(1) var<storage, read> logits: array<f32>; // f32 [V] from logitBegin on
@group(0) @binding(2) var<storage, read_write> chunks: array<vec4<u32>>; // (value bits, id, sum bits, 1 if not finite)

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let first = id.x * params.chunk;
  if (first >= params.vocabulary) { return; }
  let end = min(first + params.chunk, params.vocabulary);
  var best = logits[params.logitBegin + first];
  var bestId = first;
  for (var i = first + 1u; i < end; i++) {
    let value = logits[params.logitBegin + i];
    if (value > best) {
      best = value;
      bestId = i;
    }
  }
  var sum = 0.0;
  var broken = 0u;
  for (var i = first; i < end; i++) {
    // By its bits: a comparison with NaN may be optimised away.
    if ((bitcast<u32>(logits[params.logitBegin + i]) & 0x7f800000u) == 0x7f800000u) { broken = 1u; }
    sum += exp((logits[params.logitBegin + i] - best) * params.inverseTemperature);
  }
  chunks[id.x] = vec4<u32>(bitcast<u32>(best), bestId, bitcast<u32>(sum), broken);
}
