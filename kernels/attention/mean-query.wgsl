// mean[kv, :] = mean over rows rowBegin … rowEnd-1 and the H/K heads of KV head kv of q[t, h, :].
// A thread handles four elements of one KV head.
@group(0) @binding(1) var<storage, read> q: array<vec4<f32>>; // f32 [T, H*D] unrotated
@group(0) @binding(2) var<storage, read_write> mean: array<vec4<f32>>; // f32 [K, D]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quads = params.headDim / 4u;
  if (id.x >= params.kvHeads * quads) { return; }
  let group = params.heads / params.kvHeads;
  let kv = id.x / quads;
  var sum = vec4<f32>();
  for (var t = params.rowBegin; t < params.rowEnd; t++) {
    let base = (t * params.heads + kv * group) * quads + id.x % quads;
    for (var j = 0u; j < group; j++) { sum += q[base + j * quads]; }
  }
  mean[id.x] = sum / f32((params.rowEnd - params.rowBegin) * group);
}
