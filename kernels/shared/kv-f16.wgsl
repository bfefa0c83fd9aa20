// Four consecutive key or value elements as f16 packed in two words, low half first.
alias KvQuad = vec2<u32>;
const KV_SCALED = false;
fn kv_row(quads: u32) -> u32 { return quads; }
fn kv_unpack(q: KvQuad) -> vec4<f32> {
  return vec4<f32>(unpack2x16float(q.x), unpack2x16float(q.y));
}
fn kv_scale(q: KvQuad) -> f32 { return 1.0; }
fn kv_pack(v: vec4<f32>, most: f32) -> KvQuad {
  return vec2<u32>(pack2x16float(v.xy), pack2x16float(v.zw));
}
fn kv_pack_scale(most: f32) -> KvQuad { return KvQuad(); }
