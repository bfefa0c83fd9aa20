// Score of a span plus `boost` times the better of its neighbours; the body binds `raw`.
fn boosted_score(a: u32, s: u32) -> f32 {
  let at = a * params.spanCapacity + s;
  let own = raw[at];
  if (params.boost == 0.0 || params.spans < 2u) { return own; }
  let before = raw[select(at - 1u, at + 1u, s == 0u)];
  let after = raw[select(at + 1u, at - 1u, s + 1u == params.spans)];
  return own + params.boost * max(before, after);
}
