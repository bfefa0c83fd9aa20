// Working set of one layer from pages: for entry {page, firstPosition, firstRow | count<<8 |
// clamped<<16, setIndexBegin} and t < count:
//   kRot[head, setIndexBegin + t] = rotate(kPool[page, head, firstRow + t], position(t))
//   vSet[head, setIndexBegin + t] = vPool[page, head, firstRow + t]
// position(t) = firstPosition + t, or firstPosition for clamped entries.
// A thread handles four elements of one token and KV head; entries run along grid y.
@group(0) @binding(1) var<storage, read> kPool: array<KvQuad>; // [page][K][16][D]
@group(0) @binding(2) var<storage, read> vPool: array<KvQuad>; // [page][K][16][D]
@group(0) @binding(3) var<storage, read> pageTable: array<vec4<u32>>; // u32 [entries, 4]
@group(0) @binding(4) var<storage, read> rope_table: array<vec4<f32>>; // f32 [positions, R/2, 2]
@group(0) @binding(5) var<storage, read_write> kRot: array<vec4<f32>>; // f32 [K][Scap][D]
@group(0) @binding(6) var<storage, read_write> vSet: array<vec4<f32>>; // f32 [K][Scap][D]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quads = HEAD_DIM / 4u;
  let quad = id.x % quads;
  let t = (id.x / quads) % 16u;
  let head = id.x / (quads * 16u);
  let entry = pageTable[params.entryBegin + id.y];
  if (head >= params.kvHeads || t >= ((entry.z >> 8u) & 255u)) { return; }
  let row = (entry.z & 255u) + t;
  let source = ((entry.x * params.kvHeads + head) * 16u + row) * kv_row(quads);
  let to = (head * params.setCapacity + entry.w + t) * quads + quad;
  let position = entry.y + select(t, 0u, ((entry.z >> 16u) & 1u) == 1u);
  let own = kv_unpack(kPool[source + quad]);
  let partner = kv_unpack(kPool[source + rope_partner(quad)]);
  kRot[to] = kv_scale(kPool[source + quads]) * rope_rotate(own, partner, quad, position);
  vSet[to] = kv_scale(vPool[source + quads]) * kv_unpack(vPool[source + quad]);
}
