// out[t, h] = Σ_s softmax_s(score(t, h, s)) v[s], lse[h, t] = log Σ_s exp(score), online in f32.
//   score = softcap(scale * dot(q[t, h], kRot[kv(h), s])), qClamped for s < clampedCount
//   s is visible to t iff s <= visibleBase + t and, with a window, visibleBase + t - s < window
// Barrier-free: a thread handles 4 queries of one head, 16 keys at a time; the running sum lives in
// `out` itself, so registers do not grow with the head size. A row that sees nothing gets 0.
override HAS_CLAMPED: bool;
@group(0) @binding(1) var<storage, read> q: array<vec4<f32>>; // f32 [T, H*D] rotated
@group(0) @binding(2) var<storage, read> qClamped: array<vec4<f32>>; // f32 [T, H*D]
@group(0) @binding(3) var<storage, read> kRot: array<vec4<f32>>; // f32 [K][Scap][D]
@group(0) @binding(4) var<storage, read> vSet: array<vec4<f32>>; // f32 [K][Scap][D]
@group(0) @binding(5) var<storage, read_write> result: array<vec4<f32>>; // f32 [T, H*D]
@group(0) @binding(6) var<storage, read_write> lse: array<f32>; // f32 [H, T]

const MASKED = -1e30;
const KEYS = 16u;
// Weights of the current keys, [KEYS][thread]: workgroup memory used as private memory, because
// software drivers turn a dynamic index into a private array into a ladder of branches.
var<workgroup> p: array<vec4<f32>, 512>;

fn query(at: u32, clamped: bool) -> vec4<f32> {
  if (HAS_CLAMPED && clamped) { return qClamped[at]; }
  return q[at];
}

fn dots(k: vec4<f32>, q0: vec4<f32>, q1: vec4<f32>, q2: vec4<f32>, q3: vec4<f32>) -> vec4<f32> {
  return vec4<f32>(dot(k, q0), dot(k, q1), dot(k, q2), dot(k, q3));
}

/** Scaled, capped and masked scores of key `s` for the four queries whose last visible keys are `last`. */
fn finish(raw: vec4<f32>, s: u32, last: vec4<u32>) -> vec4<f32> {
  var score = raw * params.scale;
  if (params.softCap > 0.0) { score = params.softCap * tanh(clamp(score / params.softCap, vec4<f32>(-20.0), vec4<f32>(20.0))); }
  var visible = vec4<u32>(s) <= last;
  if (params.window > 0u) {
    visible = visible & (last - min(vec4<u32>(s), last) < vec4<u32>(params.window));
  }
  return select(vec4<f32>(MASKED), score, visible);
}

@compute @workgroup_size(32)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  // A uniform loop bound: with a constant one the software driver unrolls for minutes.
  let quads = params.headDim / 4u;
  let head = id.x % params.heads;
  let t = (id.x / params.heads) * 4u;
  if (t >= params.tokens) { return; }
  let live = params.tokens - t; // stored queries of this tile, 4 or fewer
  let stride = params.heads * quads;
  let at0 = t * stride + head * quads;
  let at1 = at0 + min(1u, live - 1u) * stride;
  let at2 = at0 + min(2u, live - 1u) * stride;
  let at3 = at0 + min(3u, live - 1u) * stride;
  let kvBase = (head / (params.heads / params.kvHeads)) * params.setCapacity;
  let last = vec4<u32>(params.visibleBase + t) + vec4<u32>(0u, 1u, 2u, 3u);
  var low = 0u;
  if (params.window > 0u && last.x + 1u > params.window) { low = last.x + 1u - params.window; }
  let high = min(params.setCount, last.x + min(4u, live));
  for (var i = 0u; i < quads; i++) {
    result[at0 + i] = vec4<f32>();
    if (live > 1u) { result[at1 + i] = vec4<f32>(); }
    if (live > 2u) { result[at2 + i] = vec4<f32>(); }
    if (live > 3u) { result[at3 + i] = vec4<f32>(); }
  }
  var m = vec4<f32>(MASKED);
  var l = vec4<f32>();
  var begin = low;
  while (begin < high) {
    let clamped = begin < params.clampedCount;
    let end = min(begin + KEYS, select(high, min(high, params.clampedCount), clamped));
    var top = m;
    for (var s = begin; s < end; s += 4u) {
      let k0 = (kvBase + s) * quads;
      let k1 = (kvBase + min(s + 1u, end - 1u)) * quads;
      let k2 = (kvBase + min(s + 2u, end - 1u)) * quads;
      let k3 = (kvBase + min(s + 3u, end - 1u)) * quads;
      var d0 = vec4<f32>();
      var d1 = vec4<f32>();
      var d2 = vec4<f32>();
      var d3 = vec4<f32>();
      for (var i = 0u; i < quads; i++) {
        let q0 = query(at0 + i, clamped);
        let q1 = query(at1 + i, clamped);
        let q2 = query(at2 + i, clamped);
        let q3 = query(at3 + i, clamped);
        d0 += dots(kRot[k0 + i], q0, q1, q2, q3);
        d1 += dots(kRot[k1 + i], q0, q1, q2, q3);
        d2 += dots(kRot[k2 + i], q0, q1, q2, q3);
        d3 += dots(kRot[k3 + i], q0, q1, q2, q3);
      }
      // Keys past `end` repeat the last one: their slots of p are never read.
      let r0 = finish(d0, s, last);
      let r1 = finish(d1, min(s + 1u, end - 1u), last);
      let r2 = finish(d2, min(s + 2u, end - 1u), last);
      let r3 = finish(d3, min(s + 3u, end - 1u), last);
      let at = (s - begin) * 32u + local;
      p[at] = r0;
      p[at + 32u] = r1;
      p[at + 64u] = r2;
      p[at + 96u] = r3;
      top = max(top, max(max(r0, r1), max(r2, r3)));
    }
    let keep = exp(m - top);
    m = top;
    l *= keep;
    let count = end - begin;
    for (var j = 0u; j < count; j++) {
      let score = p[j * 32u + local];
      let weight = select(exp(score - m), vec4<f32>(), score == vec4<f32>(MASKED));
      p[j * 32u + local] = weight;
      l += weight;
    }
    for (var i = 0u; i < quads; i++) {
      var a0 = result[at0 + i] * keep.x;
      var a1 = result[at1 + i] * keep.y;
      var a2 = result[at2 + i] * keep.z;
      var a3 = result[at3 + i] * keep.w;
      for (var j = 0u; j < count; j++) {
        let v = vSet[(kvBase + begin + j) * quads + i];
        let weight = p[j * 32u + local];
        a0 += weight.x * v;
        a1 += weight.y * v;
        a2 += weight.z * v;
        a3 += weight.w * v;
      }
      result[at0 + i] = a0;
      if (live > 1u) { result[at1 + i] = a1; }
      if (live > 2u) { result[at2 + i] = a2; }
      if (live > 3u) { result[at3 + i] = a3; }
    }
    begin = end;
  }
  let inverse = select(1.0 / l, vec4<f32>(), l == vec4<f32>());
  let logSum = select(m + log(l), vec4<f32>(MASKED), l == vec4<f32>());
  for (var i = 0u; i < quads; i++) {
    result[at0 + i] *= inverse.x;
    if (live > 1u) { result[at1 + i] *= inverse.y; }
    if (live > 2u) { result[at2 + i] *= inverse.z; }
    if (live > 3u) { result[at3 + i] *= inverse.w; }
  }
  for (var j = 0u; j < min(4u, live); j++) { lse[head * params.tokens + t + j] = logSum[j]; }
}
