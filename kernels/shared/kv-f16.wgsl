// Four consecutive key or value elements as f16 packed in two words, low half first.
alias KvQuad = vec2<u32>;
fn kv_unpack(q: KvQuad) -> vec4<f32> {
  return vec4<f32>(unpack2x16float(q.x), unpack2x16float(q.y));
}
fn kv_pack(v: vec4<f32>) -> KvQuad {
  return vec2<u32>(pack2x16float(v.xy), pack2x16float(v.zw));
}
