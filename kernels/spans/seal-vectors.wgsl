// vectors[ordinal][kind][a] = mean of the unrotated keys of the r tokens of a span with the most
// mass; kind 0 (static) ranks by own/(y−j+1), kind 1 (dynamic) by max(votes − own, 0), and by own
// and later votes together where params.total is 1. Ties: the earlier token.
// A span without votes takes the static ranking for both. Thread: one span, KV head and kind.
@group(0) @binding(1) var<storage, read> spans: array<vec4<u32>>; // {start, length, ordinal, 0}
@group(0) @binding(2) var<storage, read> votes: array<f32>; // f32 [K][ringCapacity]
@group(0) @binding(3) var<storage, read> own: array<f32>; // f32 [K][ringCapacity]
@group(0) @binding(4) var<storage, read> kPool: array<KvQuad>; // [page][K][16][D]
@group(0) @binding(5) var<storage, read_write> vectors: array<KvQuad>; // [ordinal][2][K][D]

// More votes than this, over all later queries, make a dynamic vector.
const LEAST_VOTE = 1e-6;

fn weight(a: u32, token: u32, lastToken: u32, dynamic: bool) -> f32 {
  let at = a * params.ringCapacity + token % params.ringCapacity;
  if (params.total == 1u) { return votes[at]; }
  if (dynamic) { return max(votes[at] - own[at], 0.0); }
  return own[at] / f32(lastToken - token + 1u);
}

/* Quad d of the mean of the unrotated keys of the chosen tokens. */
fn mean_key(chosen: ptr<function, array<u32, 8>>, count: u32, a: u32, d: u32) -> vec4<f32> {
  let quads = params.headDim / 4u;
  var sum = vec4<f32>(0.0);
  for (var n = 0u; n < count; n++) {
    let slot = (*chosen)[n] % params.ringCapacity;
    let page = params.ringFirstPage + slot / 16u;
    let row = ((page * params.kvHeads + a) * 16u + slot % 16u) * kv_row(quads);
    sum += kv_scale(kPool[row + quads]) * kv_unpack(kPool[row + d]);
  }
  return sum / f32(count);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= params.spanCount * params.kvHeads * 2u) { return; }
  let kind = id.x % 2u;
  let a = (id.x / 2u) % params.kvHeads;
  let span = spans[params.firstSpan + id.x / 2u / params.kvHeads];
  let lastToken = span.x + span.y - 1u;
  var dynamic = kind == 1u && params.dynamic == 1u && params.total == 0u;
  if (dynamic) {
    var most = 0.0;
    for (var token = span.x; token <= lastToken; token++) {
      most = max(most, weight(a, token, lastToken, true));
    }
    dynamic = most > LEAST_VOTE;
  }
  var count = min(params.representatives, span.y);
  if (span.y < 16u) { count = min(count, select(1u, 2u, span.y >= 8u)); }

  let quads = params.headDim / 4u;
  let base = ((span.z * 2u + kind) * params.kvHeads + a) * kv_row(quads);
  var chosen = array<u32, 8>();
  var previous = 0.0;
  for (var n = 0u; n < count; n++) {
    // The best token that comes after the previous one in (weight descending, token ascending).
    var best = -1.0;
    for (var token = span.x; token <= lastToken; token++) {
      let w = weight(a, token, lastToken, dynamic);
      let after = n == 0u || w < previous || (w == previous && token > chosen[max(n, 1u) - 1u]);
      if (after && w > best) {
        best = w;
        chosen[n] = token;
      }
    }
    previous = best;
  }
  var most = 0.0;
  if (KV_SCALED) {
    for (var d = 0u; d < quads; d++) {
      let m = abs(mean_key(&chosen, count, a, d));
      most = max(most, max(max(m.x, m.y), max(m.z, m.w)));
    }
    vectors[base + quads] = kv_pack_scale(most);
  }
  for (var d = 0u; d < quads; d++) {
    vectors[base + d] = kv_pack(mean_key(&chosen, count, a, d), most);
  }
}
