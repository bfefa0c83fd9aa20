// Q4_1: d * q + m, blocks of 32 in 5 words: (d, m), 4 words of nibbles as in Q4_0.
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let block = row * params.weightRowWords + (k >> 5u) * 5u;
  let dm = unpack2x16float(w[block]);
  let quants = (w[block + 1u + ((k & 15u) >> 2u)] >> ((k & 16u) >> 2u)) & 0x0f0f0f0fu;
  return dm.x * vec4<f32>(unpack4xU8(quants)) + dm.y;
}
