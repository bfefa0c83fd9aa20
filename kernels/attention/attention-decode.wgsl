// Part of one query's attention over paged, unrotated keys (see gather-rope.wgsl for the table).
//   score = softcap(scale * dot(q[h], rotate(k, position))), qClamped for clamped entries
//   partials[h, split] = Σ exp(score - m) v [D], then (m, l, 0, 0) with l = Σ exp(score - m)
//   scores[h, setIndexBegin + t] = score
// Barrier-free: a thread handles one head and entriesPerSplit table entries; the running sum lives
// in `partials`. Bindings and score: shared/decode-dot.wgsl.
// Weights of the current entry, [token][thread]: workgroup memory used as private memory, because
// software drivers turn a dynamic index into a private array into a ladder of branches.
var<workgroup> p: array<f32, 256>;

@compute @workgroup_size(16)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let quads = params.headQuads;
  let row = kv_row(quads);
  let head = id.x % params.heads;
  let split = id.x / params.heads;
  if (split >= params.splits) { return; }
  let kv = head / (params.heads / params.kvHeads);
  let part = (head * params.splits + split) * (quads + 1u);
  for (var i = 0u; i < quads; i++) { partials[part + i] = vec4<f32>(); }
  var m = MASKED;
  var l = 0.0;
  let first = split * params.entriesPerSplit;
  let end = min(first + params.entriesPerSplit, params.entryCount);
  for (var e = first; e < end; e++) {
    let entry = pageTable[params.entryBegin + e];
    let count = (entry.z >> 8u) & 255u;
    let clamped = ((entry.z >> 16u) & 1u) == 1u;
    let pageAt = ((entry.x * params.kvHeads + kv) * 16u + (entry.z & 255u)) * row;
    var top = m;
    for (var t = 0u; t < count; t++) {
      let position = entry.y + select(t, 0u, clamped);
      let score = decode_cap(
        decode_score(head * quads, pageAt + t * row, position, clamped, 0u, 1u),
      );
      p[t * 16u + local] = score;
      scores[head * params.setCapacity + entry.w + t] = score;
      top = max(top, score);
    }
    let keep = exp(m - top);
    m = top;
    l *= keep;
    for (var t = 0u; t < count; t++) {
      let weight = exp(p[t * 16u + local] - m);
      p[t * 16u + local] = weight * kv_scale(vPool[pageAt + t * row + quads]);
      l += weight;
    }
    for (var i = 0u; i < quads; i++) {
      var sum = partials[part + i] * keep;
      for (var t = 0u; t < count; t++) {
        sum += p[t * 16u + local] * kv_unpack(vPool[pageAt + t * row + i]);
      }
      partials[part + i] = sum;
    }
  }
  partials[part + quads] = vec4<f32>(m, l, 0.0, 0.0);
}
