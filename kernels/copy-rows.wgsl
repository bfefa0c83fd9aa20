// y[toRow + r] (=|+=) scale * x[fromRow + r] for `rows` rows of `width` elements.
// A thread handles four elements.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // f32 [≥ fromRow + rows, width]
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>; // f32 [≥ toRow + rows, width]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let quads = params.width / 4u;
  let item = linear_index(id, groups);
  if (item >= params.rows * quads) { return; }
  let to = params.toRow * quads + item;
  let value = params.scale * x[params.fromRow * quads + item];
  if (params.accumulate == 1u) { y[to] += value; } else { y[to] = value; }
}
