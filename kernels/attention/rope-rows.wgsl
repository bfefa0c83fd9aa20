// y[t, head] = rotate(x[t, head], positionBase + t * positionStep), heads of HEAD_DIM elements.
// A thread handles four elements.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // f32 [T, H*D]
@group(0) @binding(2) var<storage, read> rope_table: array<vec4<f32>>; // f32 [positions, R/2, 2]
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>; // f32 [T, H*D]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let quads = HEAD_DIM / 4u;
  let item = linear_index(id, groups);
  let t = item / (params.heads * quads);
  if (t >= params.tokens) { return; }
  let quad = item % quads;
  let partner = x[item - quad + rope_partner(quad)];
  y[item] = rope_rotate(x[item], partner, quad, params.positionBase + t * params.positionStep);
}
