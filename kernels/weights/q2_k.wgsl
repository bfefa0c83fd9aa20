// Q2_K: d * s * q - dmin * m, blocks of 256 in 21 words: 16 bytes (s low, m high nibble, one per 16
// weights), 16 words of 2-bit quants, (d, dmin).
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let block = row * params.weightRowWords + (k >> 8u) * 21u;
  let i = k & 255u;
  let dm = unpack2x16float(w[block + 20u]);
  let scale = w[block + (i >> 6u)] >> ((i >> 1u) & 24u);
  let quants = (w[block + 4u + ((i >> 7u) << 3u) + ((i & 31u) >> 2u)] >> ((i >> 4u) & 6u)) & 0x03030303u;
  let s = dm.x * f32(scale & 15u);
  let m = dm.y * f32((scale >> 4u) & 15u);
  return s * vec4<f32>(unpack4xU8(quants)) - m;
}
