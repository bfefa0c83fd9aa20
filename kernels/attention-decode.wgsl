// Part of one query's attention over paged, unrotated keys (see gather-rope.wgsl for the table).
//   score = softcap(scale * dot(q[h], rotate(k, position))), qClamped for clamped entries
//   partials[h, split] = Σ exp(score - m) v [D], then (m, l, 0, 0) with l = Σ exp(score - m)
//   scores[h, setIndexBegin + t] = score
// Barrier-free: a thread handles one head and entriesPerSplit table entries; the running sum lives
// in `partials`. For a pair (a, b) of rotary partners the rotated product is
// cos (qa a + qb b) + sin (qb a - qa b), so keys are rotated while they are read.
// Loop bounds are uniform: with constant ones the software driver unrolls for minutes.
@group(0) @binding(1) var<storage, read> q: array<vec4<f32>>; // f32 [H*D] rotated
@group(0) @binding(2) var<storage, read> qClamped: array<vec4<f32>>; // f32 [H*D]
@group(0) @binding(3) var<storage, read> kPool: array<KvQuad>; // [page][K][16][D]
@group(0) @binding(4) var<storage, read> vPool: array<KvQuad>; // [page][K][16][D]
@group(0) @binding(5) var<storage, read> pageTable: array<vec4<u32>>; // u32 [entries, 4]
@group(0) @binding(6) var<storage, read> rope_table: array<vec4<f32>>; // f32 [positions, R/2, 2]
@group(0) @binding(7) var<storage, read_write> partials: array<vec4<f32>>; // f32 [H][splits][D + 4]
@group(0) @binding(8) var<storage, read_write> scores: array<f32>; // f32 [H][Scap]

const MASKED = -1e30;

fn query(at: u32, clamped: bool) -> vec4<f32> {
  if (clamped) { return qClamped[at]; }
  return q[at];
}

/** dot(q, rotate(k, position)) of one head. */
fn rotated_dot(qAt: u32, kAt: u32, position: u32, clamped: bool) -> f32 {
  let base = position * (params.rotaryQuads);
  var sum = vec4<f32>();
  if (ADJACENT) {
    for (var i = 0u; i < params.rotaryQuads; i++) {
      let a = query(qAt + i, clamped);
      let k = kv_unpack(kPool[kAt + i]);
      let t = rope_table[base + i];
      sum += t.xxzz * a * k + t.yyww * vec4<f32>(a.y * k.x, -a.x * k.y, a.w * k.z, -a.z * k.w);
    }
  } else {
    let half = params.rotaryQuads / 2u;
    for (var i = 0u; i < half; i++) {
      let qa = query(qAt + i, clamped);
      let qb = query(qAt + i + half, clamped);
      let ka = kv_unpack(kPool[kAt + i]);
      let kb = kv_unpack(kPool[kAt + i + half]);
      let t0 = rope_table[base + 2u * i];
      let t1 = rope_table[base + 2u * i + 1u];
      sum += vec4<f32>(t0.xz, t1.xz) * (qa * ka + qb * kb);
      sum += vec4<f32>(t0.yw, t1.yw) * (qb * ka - qa * kb);
    }
  }
  for (var i = params.rotaryQuads; i < params.headQuads; i++) {
    sum += query(qAt + i, clamped) * kv_unpack(kPool[kAt + i]);
  }
  return dot(sum, vec4<f32>(1.0));
}

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quads = params.headQuads;
  let head = id.x % params.heads;
  let split = id.x / params.heads;
  if (split >= params.splits) { return; }
  let kv = head / (params.heads / params.kvHeads);
  let part = (head * params.splits + split) * (quads + 1u);
  for (var i = 0u; i < quads; i++) { partials[part + i] = vec4<f32>(); }
  var m = MASKED;
  var l = 0.0;
  var p: array<f32, 16>;
  let first = split * params.entriesPerSplit;
  let end = min(first + params.entriesPerSplit, params.entryCount);
  for (var e = first; e < end; e++) {
    let entry = pageTable[params.entryBegin + e];
    let count = (entry.z >> 8u) & 255u;
    let clamped = ((entry.z >> 16u) & 1u) == 1u;
    let pageAt = ((entry.x * params.kvHeads + kv) * 16u + (entry.z & 255u)) * quads;
    var top = m;
    for (var t = 0u; t < count; t++) {
      let position = entry.y + select(t, 0u, clamped);
      var score = params.scale * rotated_dot(head * quads, pageAt + t * quads, position, clamped);
      if (params.softCap > 0.0) { score = params.softCap * tanh(clamp(score / params.softCap, -20.0, 20.0)); }
      p[t] = score;
      scores[head * params.setCapacity + entry.w + t] = score;
      top = max(top, score);
    }
    let keep = exp(m - top);
    m = top;
    l *= keep;
    for (var t = 0u; t < count; t++) {
      p[t] = exp(p[t] - m);
      l += p[t];
    }
    for (var i = 0u; i < quads; i++) {
      var sum = partials[part + i] * keep;
      for (var t = 0u; t < count; t++) { sum += p[t] * kv_unpack(vPool[pageAt + t * quads + i]); }
      partials[part + i] = sum;
    }
  }
  partials[part + quads] = vec4<f32>(m, l, 0.0, 0.0);
}
