// Q5_K: d * s * q - dmin * m, blocks of 256 in 44 words: (d, dmin), scales as in Q4_K, 8 words of
// fifth bits, 32 words of nibbles as in Q4_K.
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let block = row * params.weightRowWords + (k >> 8u) * 44u;
  let i = k & 255u;
  let dm = unpack2x16float(w[block]);
  let shift = ((i >> 5u) & 3u) * 8u;
  let a = w[block + 1u] >> shift;
  let b = w[block + 2u] >> shift;
  let c = w[block + 3u] >> shift;
  let late = i >= 128u;
  let s = select(a & 63u, (c & 15u) | ((a >> 2u) & 48u), late);
  let m = select(b & 63u, ((c >> 4u) & 15u) | ((b >> 2u) & 48u), late);
  let column = (i & 31u) >> 2u;
  let low = (w[block + 12u + ((i >> 6u) << 3u) + column] >> ((i >> 3u) & 4u)) & 0x0f0f0f0fu;
  let high = ((w[block + 4u + column] >> (i >> 5u)) & 0x01010101u) << 4u;
  return dm.x * f32(s) * vec4<f32>(unpack4xU8(low | high)) - dm.y * f32(m);
}
