// The same attention as attention-prefill.wgsl (formula and masks there), for GPUs: a workgroup of
// 128 threads handles 16 queries of one head. KEYS keys, then their values, are staged in workgroup
// memory (rows padded by one quad). Thread = (query, lane of 8): it scores every eighth key and owns
// every eighth quad of the output in named accumulators. HEAD_DIM ≤ 256.
override HEAD_DIM: u32;
override KEYS: u32; // 16, or 8 where 16 do not fit
override HAS_CLAMPED: bool;
@group(0) @binding(1) var<storage, read> q: array<vec4<f32>>; // f32 [T, H*D] rotated
@group(0) @binding(2) var<storage, read> qClamped: array<vec4<f32>>; // f32 [T, H*D]
@group(0) @binding(3) var<storage, read> kRot: array<vec4<f32>>; // f32 [K][Scap][D]
@group(0) @binding(4) var<storage, read> vSet: array<vec4<f32>>; // f32 [K][Scap][D]
@group(0) @binding(5) var<storage, read_write> result: array<vec4<f32>>; // f32 [T, H*D]
@group(0) @binding(6) var<storage, read_write> lse: array<f32>; // f32 [H, T]

const MASKED = -1e30;
override QUADS: u32 = HEAD_DIM / 4u;
override STRIDE: u32 = HEAD_DIM / 4u + 1u;
var<workgroup> staged: array<vec4<f32>, KEYS * STRIDE>;
var<workgroup> weights: array<f32, 272>; // [16 queries][17]

fn query(at: u32, clamped: bool) -> vec4<f32> {
  if (HAS_CLAMPED && clamped) { return qClamped[at]; }
  return q[at];
}

fn finish(raw: f32, s: u32, end: u32, last: u32) -> f32 {
  var score = raw * params.scale;
  if (params.softCap > 0.0) {
    score = params.softCap * tanh(clamp(score / params.softCap, -20.0, 20.0));
  }
  let hidden = s >= end || s > last || (params.window > 0u && last - min(s, last) >= params.window);
  return select(score, MASKED, hidden);
}

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  // A uniform bound where the compiler need not unroll: constant ones take software drivers minutes.
  let quads = params.headDim / 4u;
  let head = group.x;
  let firstToken = group.y * 16u;
  let row = local / 8u;
  let lane = local % 8u;
  let t = firstToken + row;
  let live = t < params.tokens;
  let stride = params.heads * quads;
  let at = min(t, params.tokens - 1u) * stride + head * quads;
  let kvBase = (head / (params.heads / params.kvHeads)) * params.setCapacity;
  let last = params.visibleBase + t;
  let lastOfFirst = params.visibleBase + firstToken;
  var low = 0u;
  if (params.window > 0u && lastOfFirst + 1u > params.window) {
    low = lastOfFirst + 1u - params.window;
  }
  let high = min(params.setCount, lastOfFirst + min(16u, params.tokens - firstToken));
  var m = MASKED;
  var l = 0.0;
  var a0 = vec4<f32>();
  var a1 = vec4<f32>();
  var a2 = vec4<f32>();
  var a3 = vec4<f32>();
  var a4 = vec4<f32>();
  var a5 = vec4<f32>();
  var a6 = vec4<f32>();
  var a7 = vec4<f32>();
  var begin = low;
  while (begin < high) {
    let clamped = begin < params.clampedCount;
    let end = min(begin + KEYS, select(high, min(high, params.clampedCount), clamped));
    let count = end - begin;
    for (var i = local; i < count * quads; i += 128u) {
      staged[(i / quads) * STRIDE + i % quads] = kRot[(kvBase + begin) * quads + i];
    }
    workgroupBarrier();
    var d0 = 0.0;
    var d1 = 0.0;
    for (var i = 0u; i < quads; i++) {
      let own = query(at + i, clamped);
      d0 += dot(own, staged[lane * STRIDE + i]);
      if (KEYS > 8u) { d1 += dot(own, staged[(lane + 8u) * STRIDE + i]); }
    }
    weights[row * 17u + lane] = finish(d0, begin + lane, end, last);
    if (KEYS > 8u) { weights[row * 17u + lane + 8u] = finish(d1, begin + lane + 8u, end, last); }
    workgroupBarrier();
    for (var i = local; i < count * quads; i += 128u) {
      staged[(i / quads) * STRIDE + i % quads] = vSet[(kvBase + begin) * quads + i];
    }
    workgroupBarrier();
    var top = m;
    for (var j = 0u; j < count; j++) { top = max(top, weights[row * 17u + j]); }
    let keep = exp(m - top);
    m = top;
    l *= keep;
    a0 *= keep;
    a1 *= keep;
    a2 *= keep;
    a3 *= keep;
    a4 *= keep;
    a5 *= keep;
    a6 *= keep;
    a7 *= keep;
    for (var j = 0u; j < count; j++) {
      let score = weights[row * 17u + j];
      let weight = select(exp(score - m), 0.0, score == MASKED);
      l += weight;
      let v = j * STRIDE + lane;
      if (lane < QUADS) { a0 += weight * staged[v]; }
      if (lane + 8u < QUADS) { a1 += weight * staged[v + 8u]; }
      if (lane + 16u < QUADS) { a2 += weight * staged[v + 16u]; }
      if (lane + 24u < QUADS) { a3 += weight * staged[v + 24u]; }
      if (lane + 32u < QUADS) { a4 += weight * staged[v + 32u]; }
      if (lane + 40u < QUADS) { a5 += weight * staged[v + 40u]; }
      if (lane + 48u < QUADS) { a6 += weight * staged[v + 48u]; }
      if (lane + 56u < QUADS) { a7 += weight * staged[v + 56u]; }
    }
    workgroupBarrier();
    begin = end;
  }
  if (!live) { return; }
  let inverse = select(1.0 / l, 0.0, l == 0.0);
  if (lane < QUADS) { result[at + lane] = a0 * inverse; }
  if (lane + 8u < QUADS) { result[at + lane + 8u] = a1 * inverse; }
  if (lane + 16u < QUADS) { result[at + lane + 16u] = a2 * inverse; }
  if (lane + 24u < QUADS) { result[at + lane + 24u] = a3 * inverse; }
  if (lane + 32u < QUADS) { result[at + lane + 32u] = a4 * inverse; }
  if (lane + 40u < QUADS) { result[at + lane + 40u] = a5 * inverse; }
  if (lane + 48u < QUADS) { result[at + lane + 48u] = a6 * inverse; }
  if (lane + 56u < QUADS) { result[at + lane + 56u] = a7 * inverse; }
  if (lane == 0u) { lse[head * params.tokens + t] = select(m + log(l), MASKED, l == 0.0); }
}
