// gram[i, j] = Σ_t (k[t, i] − mean[i]) · (k[t, j] − mean[j]), symmetric f32 [W, W].
// A thread handles one i and four j. Sums of 64 rows are added up, so that rounding stays small.
@group(0) @binding(1) var<storage, read> k: array<vec4<f32>>; // f32 [T, W]
@group(0) @binding(2) var<storage, read> mean: array<vec4<f32>>; // f32 [W]
@group(0) @binding(3) var<storage, read_write> gram: array<vec4<f32>>; // f32 [W, W]

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let quads = params.width / 4u;
  let index = linear_index(id, groups);
  if (index >= params.width * quads) { return; }
  let i = index / quads;
  let j = index % quads;
  let own = mean[i / 4u][i % 4u];
  let other = mean[j];
  var total = vec4<f32>();
  for (var begin = 0u; begin < params.tokens; begin += 64u) {
    var part = vec4<f32>();
    let end = min(begin + 64u, params.tokens);
    for (var t = begin; t < end; t++) {
      part += (k[t * quads + i / 4u][i % 4u] - own) * (k[t * quads + j] - other);
    }
    total += part;
  }
  gram[index] = total;
}
