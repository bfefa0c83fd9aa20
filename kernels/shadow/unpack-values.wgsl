// vPool[slot, head, t] = values[head, 8·chunk + t] for item {head, chunk, slot, 0} and t < 8; a row of `values`
// is int8 with its f32 scale behind it (shared/kv-int8.wgsl).
// Slot s holds rows 8·(s mod 2)… of page s / 2. A thread handles four elements of one row; grid y = item.
@group(0) @binding(1) var<storage, read> items: array<vec4<u32>>; // u32 [items, 4]
@group(0) @binding(2) var<storage, read> values: array<u32>; // int8 [K][chunks·8][D + 4]
@group(0) @binding(3) var<storage, read_write> vPool: array<KvQuad>; // [page][K][16][D]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quads = params.headDim / 4u;
  if (id.x >= 8u * quads) { return; }
  let quad = id.x % quads;
  let row = id.x / quads;
  let item = items[params.firstItem + id.y];
  let origin = ((item.x * params.chunks + item.y) * 8u + row) * (quads + 1u);
  let value = vec4<f32>(unpack4xI8(values[origin + quad])) * bitcast<f32>(values[origin + quads]);
  let to = (((item.z / 2u) * params.kvHeads + item.x) * 16u + (item.z % 2u) * 8u + row) * quads;
  vPool[to + quad] = kv_pack(value, 0.0);
}
