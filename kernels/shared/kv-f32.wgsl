// Four consecutive key or value elements as f32.
alias KvQuad = vec4<f32>;
fn kv_unpack(q: KvQuad) -> vec4<f32> { return q; }
fn kv_pack(v: vec4<f32>) -> KvQuad { return v; }
