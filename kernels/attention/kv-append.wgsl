// pool[slot(t)] = k[t], v[t]: unrotated keys and values of T tokens into paged pools.
// t counts from row `rowBegin` of k and v.
// slot(t) = slotBase + (ringOffset + t) mod ringCapacity, page = slot / 16, row = slot mod 16.
// Pool layout [page][K][16][D], unscaled element types. A thread handles four elements of one token and KV head.
@group(0) @binding(1) var<storage, read> k: array<vec4<f32>>; // f32 [rowBegin + T, K*D]
@group(0) @binding(2) var<storage, read> v: array<vec4<f32>>; // f32 [rowBegin + T, K*D]
@group(0) @binding(3) var<storage, read_write> kPool: array<KvQuad>;
@group(0) @binding(4) var<storage, read_write> vPool: array<KvQuad>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let quads = params.headDim / 4u;
  let item = linear_index(id, groups);
  if (item >= params.tokens * params.kvHeads * quads) { return; }
  let quad = item % quads;
  let head = (item / quads) % params.kvHeads;
  let t = item / (quads * params.kvHeads);
  let slot = params.slotBase + (params.ringOffset + t) % params.ringCapacity;
  let at = (((slot / 16u) * params.kvHeads + head) * 16u + slot % 16u) * quads + quad;
  let source = item + params.rowBegin * params.kvHeads * quads;
  kPool[at] = kv_pack(k[source], 0.0);
  vPool[at] = kv_pack(v[source], 0.0);
}
