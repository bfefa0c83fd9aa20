// Four consecutive key or value elements as f32.
alias KvQuad = vec4<f32>;
const KV_SCALED = false;
fn kv_row(quads: u32) -> u32 { return quads; }
fn kv_unpack(q: KvQuad) -> vec4<f32> { return q; }
fn kv_scale(q: KvQuad) -> f32 { return 1.0; }
fn kv_pack(v: vec4<f32>, most: f32) -> KvQuad { return v; }
fn kv_pack_scale(most: f32) -> KvQuad { return KvQuad(); }
