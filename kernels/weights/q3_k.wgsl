// Q3_K: d * (s - 32) * (q - 4), blocks of 256. A pair of blocks is 55 words: (d0, d1), then per block
// 8 words of third bits, 16 words of 2-bit quants, 12 bytes with sixteen 6-bit scales.
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let pair = row * params.weightRowWords + (k >> 9u) * 55u;
  let half = (k >> 8u) & 1u;
  let block = pair + 1u + half * 27u;
  let i = k & 255u;
  let d = unpack2x16float(w[pair])[half];
  let column = (i & 31u) >> 2u;
  let low = (w[block + 8u + ((i >> 7u) << 3u) + column] >> ((i >> 4u) & 6u)) & 0x03030303u;
  let high = ((w[block + column] >> (i >> 5u)) & 0x01010101u) << 2u;
  let s = i >> 4u; // scale 0…15
  let scaleLow = (w[block + 24u + ((s >> 2u) & 1u)] >> ((s & 3u) * 8u + ((s >> 1u) & 4u))) & 15u;
  let scaleHigh = (w[block + 26u] >> ((s & 3u) * 8u + ((s >> 2u) << 1u))) & 3u;
  let scale = d * (f32(scaleLow | (scaleHigh << 4u)) - 32.0);
  return scale * (vec4<f32>(unpack4xU8(low | high)) - 4.0);
}
