// For item {head, chunk, slot, 0} and row t < 8, at token p = 8·chunk + t:
//   kPool[slot, head, t] = rotate(mean[head] + Σ_r a[p, r] · b[head, r], p)
// Slot s holds rows 8·(s mod 2)… of page s / 2. A thread handles four elements of one row; grid y = item.
@group(0) @binding(1) var<storage, read> items: array<vec4<u32>>; // u32 [items, 4]
@group(0) @binding(2) var<storage, read> a: array<KvQuad>; // [S][rank]
@group(0) @binding(3) var<storage, read> b: array<KvQuad>; // [K][rank][D]
@group(0) @binding(4) var<storage, read> mean: array<vec4<f32>>; // f32 [K][D]
@group(0) @binding(5) var<storage, read> rope_table: array<vec4<f32>>; // f32 [positions, R/2, 2]
@group(0) @binding(6) var<storage, read_write> kPool: array<KvQuad>; // [page][K][16][D]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quads = HEAD_DIM / 4u;
  if (id.x >= 8u * quads) { return; }
  let quad = id.x % quads;
  let row = id.x / quads;
  let item = items[params.firstItem + id.y];
  let token = item.y * 8u + row;
  let other = rope_partner(quad);
  let ranks = params.rank / 4u;
  var own = mean[item.x * quads + quad];
  var partner = mean[item.x * quads + other];
  for (var r = 0u; r < ranks; r++) {
    let weights = kv_unpack(a[token * ranks + r]);
    for (var n = 0u; n < 4u; n++) {
      let at = (item.x * params.rank + r * 4u + n) * quads;
      own += weights[n] * kv_unpack(b[at + quad]);
      partner += weights[n] * kv_unpack(b[at + other]);
    }
  }
  let key = rope_rotate(own, partner, quad, token);
  let to = (((item.z / 2u) * params.kvHeads + item.x) * 16u + (item.z % 2u) * 8u + row) * quads;
  kPool[to + quad] = kv_pack(key, 0.0);
}
