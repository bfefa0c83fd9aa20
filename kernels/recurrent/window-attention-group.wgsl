// The same partial sums as window-attention.wgsl, for GPUs: a workgroup of 64 threads handles one head
// of one query and one split of its keys, 64 keys at a time. Scores: thread = key. Values: thread =
// (part, quad), parts take turns with the keys and meet at the end. D at most 256.
var<workgroup> weights: array<f32, 64>;
var<workgroup> sums: array<vec4<f32>, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let item = group.y * groups.x + group.x;
  let head = item % params.heads;
  let split = item / params.heads % params.splits;
  let t = item / (params.heads * params.splits);
  // The grid is folded and may have a few groups too many; they compute nothing, together.
  let live = t < params.tokens;
  let quads = params.headQuads;
  let query = (t * params.heads + head) * quads;
  let parts = 64u / quads;
  let part = local / quads;
  let quad = local % quads;
  let w = window_of(min(t, params.tokens - 1u));
  let each = (w.count + params.splits - 1u) / params.splits;
  let end = select(0u, min((split + 1u) * each, w.count), live);
  var m = MASKED;
  var l = 0.0;
  var sum = vec4<f32>();
  for (var begin = split * each; begin < end; begin += 64u) {
    let count = min(64u, end - begin);
    if (local < count) { weights[local] = score(w, begin + local, query); }
    workgroupBarrier();
    var top = m;
    for (var i = 0u; i < count; i++) { top = max(top, weights[i]); }
    let keep = exp(m - top);
    m = top;
    l *= keep;
    sum *= keep;
    for (var i = 0u; i < count; i++) { l += exp(weights[i] - m); }
    if (part < parts) {
      for (var i = part; i < count; i += parts) {
        sum += exp(weights[i] - m) * value(w, begin + i, head, quad);
      }
    }
    workgroupBarrier();
  }
  sums[local] = sum;
  workgroupBarrier();
  if (!live) { return; }
  let at = ((t * params.heads + head) * params.splits + split) * (quads + 1u);
  if (local < quads) {
    for (var j = 1u; j < parts; j++) { sum += sums[j * quads + local]; }
    partials[at + local] = sum;
  }
  if (local == 0u) { partials[at + quads] = vec4<f32>(m, l, 0.0, 0.0); }
}
