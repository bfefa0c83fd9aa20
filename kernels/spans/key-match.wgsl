// raw[row][s] = the largest dot product of query row with a key of span s in head row mod heads.
// Thread: one span and one query row, rows fastest: neighbours read the same key. Four keys at a time
// share one read of the query; behind the end of a span its last key counts again, which changes no maximum.
@group(0) @binding(1) var<storage, read> queries: array<vec4<f32>>; // f32 [D/4][rows][4]
@group(0) @binding(2) var<storage, read> keys: array<KvQuad>; // [token][heads][row]
@group(0) @binding(3) var<storage, read> starts: array<u32>; // u32 [spans + 1]
@group(0) @binding(4) var<storage, read_write> raw: array<f32>; // f32 [rows][spans]

fn key_dot(sum: vec4<f32>, key: u32, quads: u32) -> f32 {
  return dot(sum, vec4<f32>(1.0)) * kv_scale(keys[key + quads]);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = id.x % params.rows;
  let span = id.x / params.rows;
  if (span >= params.spans) { return; }
  let quads = params.headDim / 4u;
  let width = kv_row(quads);
  let head = row % params.heads;
  let end = starts[span + 1u];
  var best = -3.4e38;
  for (var token = starts[span]; token < end; token += 4u) {
    let last = end - 1u;
    let k0 = (token * params.heads + head) * width;
    let k1 = (min(token + 1u, last) * params.heads + head) * width;
    let k2 = (min(token + 2u, last) * params.heads + head) * width;
    let k3 = (min(token + 3u, last) * params.heads + head) * width;
    var s0 = vec4<f32>();
    var s1 = vec4<f32>();
    var s2 = vec4<f32>();
    var s3 = vec4<f32>();
    for (var d = 0u; d < quads; d++) {
      let q = queries[d * params.rows + row];
      s0 += q * kv_unpack(keys[k0 + d]);
      s1 += q * kv_unpack(keys[k1 + d]);
      s2 += q * kv_unpack(keys[k2 + d]);
      s3 += q * kv_unpack(keys[k3 + d]);
    }
    best = max(best, max(max(key_dot(s0, k0, quads), key_dot(s1, k1, quads)),
                         max(key_dot(s2, k2, quads), key_dot(s3, k3, quads))));
  }
  raw[row * params.spans + span] = best;
}
