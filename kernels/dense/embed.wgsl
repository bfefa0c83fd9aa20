// x[t, :] = scale * W[ids[t], :] for ids inside rows rowBegin … rowBegin + rowCount of the bound
// block; other rows of x are left alone (a split matrix is looked up block by block).
// A thread handles four elements.
@group(0) @binding(1) var<storage, read> ids: array<u32>; // u32 [T]
@group(0) @binding(2) var<storage, read> w: array<u32>; // quantised [rowCount, E]
@group(0) @binding(3) var<storage, read_write> x: array<vec4<f32>>; // f32 [T, E]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let quads = params.width / 4u;
  let item = linear_index(id, groups);
  if (item >= params.tokens * quads) { return; }
  let token = ids[item / quads];
  if (token < params.rowBegin || token - params.rowBegin >= params.rowCount) { return; }
  x[item] = params.scale * weight4(token - params.rowBegin, (item % quads) * 4u);
}
