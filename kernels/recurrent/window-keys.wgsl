// Bindings of the window attention and the score of one key. Query t sees `count` keys: the first
// `behind` lie in the ring, oldest first, the others are rows of the tokens at hand.
@group(0) @binding(1) var<storage, read> q: array<vec4<f32>>; // f32 [T, H, D], rotated
@group(0) @binding(2) var<storage, read> k: array<KvQuad>; // dtype [T, D], rotated
@group(0) @binding(3) var<storage, read> v: array<KvQuad>; // dtype [T, H, D]
@group(0) @binding(4) var<storage, read> ringK: array<KvQuad>; // dtype [slots][D]
@group(0) @binding(5) var<storage, read> ringV: array<KvQuad>; // dtype [slots][H][D]
@group(0) @binding(6) var<storage, read_write> partials: array<vec4<f32>>; // f32 [T, H][splits][D + 4]

const MASKED = -1e30;

struct Window {
  behind: u32, // keys in the ring
  first: u32, // slot of the oldest of them
  row: u32, // the oldest token at hand
  count: u32,
}

fn window_of(t: u32) -> Window {
  let behind = min(params.ringLength, params.lookBack - min(t, params.lookBack));
  let ahead = min(t, params.lookBack) + 1u;
  let first = (params.slotBase + params.slots - behind) % params.slots;
  return Window(behind, first, t + 1u - ahead, behind + ahead);
}

/** The slot of key i, or the row of the tokens at hand. */
fn place(w: Window, i: u32) -> u32 {
  if (i < w.behind) { return (w.first + i) % params.slots; }
  return w.row + i - w.behind;
}

fn score(w: Window, i: u32, queryAt: u32) -> f32 {
  let at = place(w, i) * params.headQuads;
  var sum = 0.0;
  if (i < w.behind) {
    for (var d = 0u; d < params.headQuads; d++) { sum += dot(q[queryAt + d], kv_unpack(ringK[at + d])); }
  } else {
    for (var d = 0u; d < params.headQuads; d++) { sum += dot(q[queryAt + d], kv_unpack(k[at + d])); }
  }
  return sum * params.scale;
}

fn value(w: Window, i: u32, head: u32, quad: u32) -> vec4<f32> {
  let at = (place(w, i) * params.heads + head) * params.headQuads + quad;
  if (i < w.behind) { return kv_unpack(ringV[at]); }
  return kv_unpack(v[at]);
}
