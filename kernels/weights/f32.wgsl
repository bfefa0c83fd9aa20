// F32: one word per weight.
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let at = row * params.weightRowWords + k;
  return bitcast<vec4<f32>>(vec4<u32>(w[at], w[at + 1u], w[at + 2u], w[at + 3u]));
}
