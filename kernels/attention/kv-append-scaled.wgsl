// kv-append.wgsl for element types with a scale per row: a thread handles one token and KV head, whose
// largest magnitude must be known before anything is written.
@group(0) @binding(1) var<storage, read> k: array<vec4<f32>>; // f32 [rowBegin + T, K*D]
@group(0) @binding(2) var<storage, read> v: array<vec4<f32>>; // f32 [rowBegin + T, K*D]
@group(0) @binding(3) var<storage, read_write> kPool: array<KvQuad>;
@group(0) @binding(4) var<storage, read_write> vPool: array<KvQuad>;

fn largest(x: vec4<f32>) -> f32 {
  let m = abs(x);
  return max(max(m.x, m.y), max(m.z, m.w));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let quads = params.headDim / 4u;
  let item = linear_index(id, groups);
  if (item >= params.tokens * params.kvHeads) { return; }
  let head = item % params.kvHeads;
  let t = item / params.kvHeads;
  let slot = params.slotBase + (params.ringOffset + t) % params.ringCapacity;
  let at = (((slot / 16u) * params.kvHeads + head) * 16u + slot % 16u) * kv_row(quads);
  let source = (item + params.rowBegin * params.kvHeads) * quads;
  var kMost = 0.0;
  var vMost = 0.0;
  for (var i = 0u; i < quads; i++) {
    kMost = max(kMost, largest(k[source + i]));
    vMost = max(vMost, largest(v[source + i]));
  }
  for (var i = 0u; i < quads; i++) {
    kPool[at + i] = kv_pack(k[source + i], kMost);
    vPool[at + i] = kv_pack(v[source + i], vMost);
  }
  kPool[at + quads] = kv_pack_scale(kMost);
  vPool[at + quads] = kv_pack_scale(vMost);
}
