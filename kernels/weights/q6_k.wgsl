// Q6_K: d * s * (q - 32), blocks of 256. A pair of blocks is 105 words: (d0, d1), then per block 32
// words of low nibbles, 16 words of upper bit pairs, 16 scales of i8 (one per 16 weights).
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let pair = row * params.weightRowWords + (k >> 9u) * 105u;
  let half = (k >> 8u) & 1u;
  let block = pair + 1u + half * 52u;
  let i = k & 255u;
  let d = unpack2x16float(w[pair])[half];
  let column = (i & 31u) >> 2u;
  let upper = i >> 7u;
  let low = (w[block + (upper << 4u) + ((i & 32u) >> 2u) + column] >> ((i >> 4u) & 4u)) & 0x0f0f0f0fu;
  let high = ((w[block + 32u + (upper << 3u) + column] >> ((i >> 4u) & 6u)) & 0x03030303u) << 4u;
  let s = unpack4xI8(w[block + 48u + (i >> 6u)])[(i >> 4u) & 3u];
  return d * f32(s) * (vec4<f32>(unpack4xU8(low | high)) - 32.0);
}
