// Part of the attention of T queries over a window, one key head for all query heads:
//   score_i = scale * dot(q[t, h], k_i),  t and i at most lookBack apart
//   partials[t, h, split] = Σ exp(score - m) v_i[h] [D], then (m, l, 0, 0) with l = Σ exp(score - m)
// Barrier-free: a thread handles one head of one query and one split of its keys, 16 keys at a time; the
// running sum lives in `partials`. Bindings: window-keys.wgsl. attention-merge.wgsl adds the splits up.
// Weights of 16 keys, [key][thread]: workgroup memory used as private memory, because software drivers
// turn a dynamic index into a private array into a ladder of branches.
var<workgroup> p: array<f32, 256>;

@compute @workgroup_size(16)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let item = (group.y * groups.x + group.x) * 16u + local;
  let head = item % params.heads;
  let split = item / params.heads % params.splits;
  let t = item / (params.heads * params.splits);
  if (t >= params.tokens) { return; }
  let quads = params.headQuads;
  let query = (t * params.heads + head) * quads;
  let part = ((t * params.heads + head) * params.splits + split) * (quads + 1u);
  for (var d = 0u; d < quads; d++) { partials[part + d] = vec4<f32>(); }
  let w = window_of(t);
  let each = (w.count + params.splits - 1u) / params.splits;
  let end = min((split + 1u) * each, w.count);
  var m = MASKED;
  var l = 0.0;
  for (var begin = split * each; begin < end; begin += 16u) {
    let count = min(16u, end - begin);
    var top = m;
    for (var i = 0u; i < count; i++) {
      let one = score(w, begin + i, query);
      p[i * 16u + local] = one;
      top = max(top, one);
    }
    let keep = exp(m - top);
    m = top;
    l *= keep;
    for (var i = 0u; i < count; i++) {
      let weight = exp(p[i * 16u + local] - m);
      p[i * 16u + local] = weight;
      l += weight;
    }
    for (var d = 0u; d < quads; d++) {
      var sum = partials[part + d] * keep;
      for (var i = 0u; i < count; i++) { sum += p[i * 16u + local] * value(w, begin + i, head, d); }
      partials[part + d] = sum;
    }
  }
  partials[part + quads] = vec4<f32>(m, l, 0.0, 0.0);
}
