// F16: two weights per word.
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let at = row * params.weightRowWords + (k >> 1u);
  return vec4<f32>(unpack2x16float(w[at]), unpack2x16float(w[at + 1u]));
}
