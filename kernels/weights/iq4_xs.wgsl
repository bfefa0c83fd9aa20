// IQ4_XS: d * (s - 32) * table[q], blocks of 256 in 34 words: d and sixteen upper scale bits, 4 bytes
// of lower scale nibbles (one per 32 weights), 32 words of nibbles, 32 weights in 4 words as in Q4_0.
const IQ4_XS_VALUES = array<f32, 16>(
  -127.0, -104.0, -83.0, -65.0, -49.0, -35.0, -22.0, -10.0,
  1.0, 13.0, 25.0, 38.0, 53.0, 69.0, 89.0, 113.0,
);
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let block = row * params.weightRowWords + (k >> 8u) * 34u;
  let i = k & 255u;
  let head = w[block];
  let group = i >> 5u;
  let scaleLow = (w[block + 1u] >> (group * 4u)) & 15u;
  let scaleHigh = (head >> (16u + group * 2u)) & 3u;
  let scale = unpack2x16float(head).x * (f32(scaleLow | (scaleHigh << 4u)) - 32.0);
  let q = unpack4xU8((w[block + 2u + group * 4u + ((k & 15u) >> 2u)] >> ((k & 16u) >> 2u)) & 0x0f0f0f0fu);
  return scale * vec4<f32>(IQ4_XS_VALUES[q.x], IQ4_XS_VALUES[q.y], IQ4_XS_VALUES[q.z], IQ4_XS_VALUES[q.w]);
}
