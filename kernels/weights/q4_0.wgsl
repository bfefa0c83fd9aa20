// Q4_0: d * (q - 8), blocks of 32 with an f16 d. A pair of blocks is 9 words: (d0, d1), 4 + 4 words of
// nibbles; byte j of a block holds weights j (low) and j + 16 (high).
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let pair = row * params.weightRowWords + (k >> 6u) * 9u;
  let block = (k >> 5u) & 1u;
  let d = unpack2x16float(w[pair])[block];
  let quants = (w[pair + 1u + block * 4u + ((k & 15u) >> 2u)] >> ((k & 16u) >> 2u)) & 0x0f0f0f0fu;
  return d * (vec4<f32>(unpack4xU8(quants)) - 8.0);
}
