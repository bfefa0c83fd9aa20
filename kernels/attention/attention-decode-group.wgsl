// The same partial sums and scores as attention-decode.wgsl, for GPUs: a workgroup of 64 threads
// handles one head and entriesPerSplit table entries. Scores: four lanes per token. Values: thread
// = (part, quad), parts take turns with the tokens and meet at the end.
// Bindings and score: shared/decode-dot.wgsl.
var<workgroup> laneSums: array<f32, 64>;
var<workgroup> weights: array<f32, 16>;
var<workgroup> sums: array<vec4<f32>, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let quads = params.headQuads;
  let row = kv_row(quads);
  let head = group.x;
  let split = group.y;
  let kv = head / (params.heads / params.kvHeads);
  let parts = 64u / quads;
  let part = local / quads;
  let quad = local % quads;
  let token = local / 4u;
  let first = split * params.entriesPerSplit;
  let end = min(first + params.entriesPerSplit, params.entryCount);
  var m = MASKED;
  var l = 0.0;
  var sum = vec4<f32>();
  for (var e = first; e < end; e++) {
    let entry = pageTable[params.entryBegin + e];
    let count = (entry.z >> 8u) & 255u;
    let clamped = ((entry.z >> 16u) & 1u) == 1u;
    let pageAt = ((entry.x * params.kvHeads + kv) * 16u + (entry.z & 255u)) * row;
    if (token < count) {
      let position = entry.y + select(token, 0u, clamped);
      let at = pageAt + token * row;
      laneSums[local] = decode_score(head * quads, at, position, clamped, local % 4u, 4u);
    }
    workgroupBarrier();
    if (local < count) {
      let at = local * 4u;
      let score = decode_cap(laneSums[at] + laneSums[at + 1u] + laneSums[at + 2u] + laneSums[at + 3u]);
      weights[local] = score;
      scores[head * params.setCapacity + entry.w + local] = score;
    }
    workgroupBarrier();
    var top = m;
    for (var t = 0u; t < count; t++) { top = max(top, weights[t]); }
    let keep = exp(m - top);
    m = top;
    l *= keep;
    sum *= keep;
    for (var t = 0u; t < count; t++) { l += exp(weights[t] - m); }
    if (part < parts) {
      for (var t = part; t < count; t += parts) {
        let v = pageAt + t * row;
        sum += exp(weights[t] - m) * kv_scale(vPool[v + quads]) * kv_unpack(vPool[v + quad]);
      }
    }
    workgroupBarrier();
  }
  sums[local] = sum;
  workgroupBarrier();
  let at = (head * params.splits + split) * (quads + 1u);
  if (local < quads) {
    for (var j = 1u; j < parts; j++) { sum += sums[j * quads + local]; }
    partials[at + local] = sum;
  }
  if (local == 0u) { partials[at + quads] = vec4<f32>(m, l, 0.0, 0.0); }
}
