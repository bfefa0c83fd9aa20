// Bindings of the attention-decode kernels and the score of one key.
// For a pair (a, b) of rotary partners the rotated product is
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

/* dot(q, rotate(k, position)) of one head; lane `lane` of `lanes` sums its share of the quads. */
fn rotated_dot(qAt: u32, kAt: u32, position: u32, clamped: bool, lane: u32, lanes: u32) -> f32 {
  let base = position * (params.rotaryQuads);
  var sum = vec4<f32>();
  if (ADJACENT) {
    for (var i = lane; i < params.rotaryQuads; i += lanes) {
      let a = query(qAt + i, clamped);
      let k = kv_unpack(kPool[kAt + i]);
      let t = rope_table[base + i];
      sum += t.xxzz * a * k + t.yyww * vec4<f32>(a.y * k.x, -a.x * k.y, a.w * k.z, -a.z * k.w);
    }
  } else {
    let half = params.rotaryQuads / 2u;
    for (var i = lane; i < half; i += lanes) {
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
  for (var i = params.rotaryQuads + lane; i < params.headQuads; i += lanes) {
    sum += query(qAt + i, clamped) * kv_unpack(kPool[kAt + i]);
  }
  return dot(sum, vec4<f32>(1.0));
}

fn decode_score(qAt: u32, kAt: u32, position: u32, clamped: bool, lane: u32, lanes: u32) -> f32 {
  let scale = params.scale * kv_scale(kPool[kAt + params.headQuads]);
  return scale * rotated_dot(qAt, kAt, position, clamped, lane, lanes);
}

fn decode_cap(score: f32) -> f32 {
  if (params.softCap > 0.0) {
    return params.softCap * tanh(clamp(score / params.softCap, -20.0, 20.0));
  }
  return score;
}
