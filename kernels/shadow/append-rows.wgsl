// rows[firstRow + t] = x[t]: rows of T tokens, packed. A thread handles four elements.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // f32 [T, W]
@group(0) @binding(2) var<storage, read_write> rows: array<KvQuad>; // [≥ firstRow + T][W]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let quads = params.width / 4u;
  let item = linear_index(id, groups);
  if (item >= params.tokens * quads) { return; }
  rows[params.firstRow * quads + item] = kv_pack(x[item], 0.0);
}
