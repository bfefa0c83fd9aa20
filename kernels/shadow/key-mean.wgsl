// mean[i] = Σ_t k[t, i] / T. A thread handles four columns; sums of 64 rows are added up, so that the
// rounding of a long text stays small.
@group(0) @binding(1) var<storage, read> k: array<vec4<f32>>; // f32 [T, W]
@group(0) @binding(2) var<storage, read_write> mean: array<vec4<f32>>; // f32 [W]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quads = params.width / 4u;
  if (id.x >= quads) { return; }
  var total = vec4<f32>();
  for (var begin = 0u; begin < params.tokens; begin += 64u) {
    var part = vec4<f32>();
    let end = min(begin + 64u, params.tokens);
    for (var t = begin; t < end; t++) { part += k[t * quads + id.x]; }
    total += part;
  }
  mean[id.x] = total / f32(params.tokens);
}
