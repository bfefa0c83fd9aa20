// Q5_1: d * q + m, blocks of 32 in 6 words: (d, m), fifth bits, 4 words of nibbles as in Q5_0.
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let block = row * params.weightRowWords + (k >> 5u) * 6u;
  let dm = unpack2x16float(w[block]);
  let low = (w[block + 2u + ((k & 15u) >> 2u)] >> ((k & 16u) >> 2u)) & 0x0f0f0f0fu;
  let high = ((((w[block + 1u] >> (k & 31u)) & 15u) * 0x00204081u) & 0x01010101u) << 4u;
  return dm.x * vec4<f32>(unpack4xU8(low | high)) + dm.y;
}
