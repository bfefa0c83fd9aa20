// BF16: two weights per word; a bf16 is the upper half of an f32.
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let at = row * params.weightRowWords + (k >> 1u);
  let a = w[at];
  let b = w[at + 1u];
  return bitcast<vec4<f32>>(vec4<u32>(a << 16u, a & 0xffff0000u, b << 16u, b & 0xffff0000u));
}
