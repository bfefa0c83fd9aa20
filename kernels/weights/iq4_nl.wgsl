// IQ4_NL: d * table[q], blocks of 32, words as in Q4_0.
const IQ4_NL_VALUES = array<f32, 16>(
  -127.0, -104.0, -83.0, -65.0, -49.0, -35.0, -22.0, -10.0,
  1.0, 13.0, 25.0, 38.0, 53.0, 69.0, 89.0, 113.0,
);
fn weight4(row: u32, k: u32) -> vec4<f32> {
  let pair = row * params.weightRowWords + (k >> 6u) * 9u;
  let block = (k >> 5u) & 1u;
  let d = unpack2x16float(w[pair])[block];
  let q = unpack4xU8((w[pair + 1u + block * 4u + ((k & 15u) >> 2u)] >> ((k & 16u) >> 2u)) & 0x0f0f0f0fu);
  return d * vec4<f32>(IQ4_NL_VALUES[q.x], IQ4_NL_VALUES[q.y], IQ4_NL_VALUES[q.z], IQ4_NL_VALUES[q.w]);
}
