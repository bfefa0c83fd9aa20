// out[h] = Σ_split exp(m - M) acc / L with M = max m, L = Σ exp(m - M) l; lse[h] = M + log L.
// A thread handles four elements of one head.
@group(0) @binding(1) var<storage, read> partials: array<vec4<f32>>; // f32 [H][splits][D + 4]
@group(0) @binding(2) var<storage, read_write> result: array<vec4<f32>>; // f32 [H*D]
@group(0) @binding(3) var<storage, read_write> lse: array<f32>; // f32 [H]
override HEAD_DIM: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quads = HEAD_DIM / 4u;
  let head = id.x / quads;
  let quad = id.x % quads;
  if (head >= params.heads) { return; }
  let base = head * params.splits * (quads + 1u);
  var top = -1e30;
  for (var s = 0u; s < params.splits; s++) {
    top = max(top, partials[base + s * (quads + 1u) + quads].x);
  }
  var l = 0.0;
  var sum = vec4<f32>();
  for (var s = 0u; s < params.splits; s++) {
    let at = base + s * (quads + 1u);
    let end = partials[at + quads];
    let weight = exp(end.x - top);
    l += weight * end.y;
    sum += weight * partials[at + quad];
  }
  if (l == 0.0) {
    result[id.x] = vec4<f32>();
    lse[head] = -1e30;
    return;
  }
  result[id.x] = sum / l;
  if (quad == 0u) { lse[head] = top + log(l); }
}
