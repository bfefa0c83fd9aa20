// Q8_0: d * q, blocks of 32 with an f16 d. A pair of blocks is 17 words: (d0, d1), 8 + 8 words of i8.
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let pair = row * params.weightRowWords + (k >> 6u) * 17u;
  let d = unpack2x16float(w[pair])[(k >> 5u) & 1u];
  return d * vec4<f32>(unpack4xI8(w[pair + 1u + ((k & 63u) >> 2u)]));
}
