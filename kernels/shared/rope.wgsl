// Rotary embedding of one head in quads of four elements.
// Needs: override HEAD_DIM, ROTARY_DIMS, ADJACENT and `rope_table: array<vec4<f32>>`, two
// (cos, sin) pairs per element, ROTARY_DIMS / 4 elements per position.
// Pairs: (2i, 2i+1) when ADJACENT, else (i, i + ROTARY_DIMS/2).
override HEAD_DIM: u32;
override ROTARY_DIMS: u32;
override ADJACENT: bool;

/** The quad that holds the pair partners of `quad`. */
fn rope_partner(quad: u32) -> u32 {
  if (ADJACENT || quad >= ROTARY_DIMS / 4u) { return quad; }
  let half = ROTARY_DIMS / 8u;
  return select(quad - half, quad + half, quad < half);
}

fn rope_rotate(own: vec4<f32>, partner: vec4<f32>, quad: u32, position: u32) -> vec4<f32> {
  if (quad >= ROTARY_DIMS / 4u) { return own; }
  let base = position * (ROTARY_DIMS / 4u);
  if (ADJACENT) {
    let t = rope_table[base + quad];
    return own * t.xxzz + vec4<f32>(-own.y, own.x, -own.w, own.z) * t.yyww;
  }
  let half = ROTARY_DIMS / 8u;
  let low = quad < half;
  let pair = base + 2u * select(quad - half, quad, low);
  let t0 = rope_table[pair];
  let t1 = rope_table[pair + 1u];
  let c = vec4<f32>(t0.xz, t1.xz);
  let s = vec4<f32>(t0.yw, t1.yw);
  return own * c + partner * select(s, -s, low);
}
