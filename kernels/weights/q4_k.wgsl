// Q4_K: d * s * q - dmin * m, blocks of 256 in 36 words: (d, dmin), 12 bytes with eight 6-bit pairs
// (s, m), 32 words of nibbles; byte j of a group of 64 holds weights j (low) and j + 32 (high).
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let block = row * params.weightRowWords + (k >> 8u) * 36u;
  let i = k & 255u;
  let dm = unpack2x16float(w[block]);
  let shift = ((i >> 5u) & 3u) * 8u;
  let a = w[block + 1u] >> shift;
  let b = w[block + 2u] >> shift;
  let c = w[block + 3u] >> shift;
  let late = i >= 128u;
  let s = select(a & 63u, (c & 15u) | ((a >> 2u) & 48u), late);
  let m = select(b & 63u, ((c >> 4u) & 15u) | ((b >> 2u) & 48u), late);
  let quants = (w[block + 4u + ((i >> 6u) << 3u) + ((i & 31u) >> 2u)] >> ((i >> 3u) & 4u)) & 0x0f0f0f0fu;
  return dm.x * f32(s) * vec4<f32>(unpack4xU8(quants)) - dm.y * f32(m);
}
