// Spreads uploaded records, keys and values as [token][K][D] each, over pool pages.
// Thread: one quad of one token; grid y = page of the list.
@group(0) @binding(1) var<storage, read> items: array<vec4<u32>>; // {page, rows, kQuad, vQuad}
@group(0) @binding(2) var<storage, read> staged: array<KvQuad>;
@group(0) @binding(3) var<storage, read_write> kPool: array<KvQuad>; // [page][K][16][D]
@group(0) @binding(4) var<storage, read_write> vPool: array<KvQuad>; // [page][K][16][D]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quads = kv_row(params.headDim / 4u);
  let item = items[params.firstItem + id.y];
  let row = id.x / (quads * params.kvHeads);
  if (row >= item.y >> 8u) { return; }
  let a = (id.x / quads) % params.kvHeads;
  let into = ((item.x * params.kvHeads + a) * 16u + (item.y & 255u) + row) * quads + id.x % quads;
  kPool[into] = staged[item.z + id.x];
  vPool[into] = staged[item.w + id.x];
}
