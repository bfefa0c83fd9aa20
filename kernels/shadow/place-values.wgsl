// vPool[slot, head, t] = staged[n, t] for item n = {head, chunk, slot, 0} and t < 8.
// Slot s holds rows 8·(s mod 2)… of page s / 2. A thread handles four elements of one row; grid y = item.
@group(0) @binding(1) var<storage, read> items: array<vec4<u32>>; // u32 [items, 4]
@group(0) @binding(2) var<storage, read> staged: array<KvQuad>; // [items][8][D]
@group(0) @binding(3) var<storage, read_write> vPool: array<KvQuad>; // [page][K][16][D]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quads = params.headDim / 4u;
  if (id.x >= 8u * quads) { return; }
  let quad = id.x % quads;
  let row = id.x / quads;
  let item = items[params.firstItem + id.y];
  let to = (((item.z / 2u) * params.kvHeads + item.x) * 16u + (item.z % 2u) * 8u + row) * quads;
  vPool[to + quad] = staged[((params.firstItem + id.y) * 8u + row) * quads + quad];
}
