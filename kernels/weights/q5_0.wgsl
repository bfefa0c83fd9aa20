// Q5_0: d * (q - 16), blocks of 32 with an f16 d. A pair of blocks is 11 words: (d0, d1), then per
// block one word with the fifth bits (bit j of weight j) and 4 words of nibbles as in Q4_0.
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let pair = row * params.weightRowWords + (k >> 6u) * 11u;
  let half = (k >> 5u) & 1u;
  let block = pair + 1u + half * 5u;
  let d = unpack2x16float(w[pair])[half];
  let low = (w[block + 1u + ((k & 15u) >> 2u)] >> ((k & 16u) >> 2u)) & 0x0f0f0f0fu;
  // The product spreads four adjacent bits to the lowest bit of four bytes.
  let high = ((((w[block] >> (k & 31u)) & 15u) * 0x00204081u) & 0x01010101u) << 4u;
  return d * (vec4<f32>(unpack4xU8(low | high)) - 16.0);
}
