// Four consecutive key or value elements as int8 in one word, lowest byte first. Behind the quads of a
// row (one token, one KV head) stands its scale as f32 bits: element = scale · int8, scale = most/127
// with `most` the largest magnitude of the row.
alias KvQuad = u32;
const KV_SCALED = true;
/** Elements of the pool from one row to the next. */
fn kv_row(quads: u32) -> u32 { return quads + 1u; }
/** Without the scale. */
fn kv_unpack(q: KvQuad) -> vec4<f32> { return vec4<f32>(unpack4xI8(q)); }
fn kv_scale(q: KvQuad) -> f32 { return bitcast<f32>(q); }
fn kv_pack(v: vec4<f32>, most: f32) -> KvQuad {
  if (most == 0.0) { return 0u; }
  return pack4xI8Clamp(vec4<i32>(round(v * (127.0 / most))));
}
fn kv_pack_scale(most: f32) -> KvQuad { return bitcast<u32>(most / 127.0); }
