// ring[(slotBase + t) mod slots][head] = x[t, head] for tokens t of first … T - 1.
// A thread handles four elements of one token and head.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // f32 [T, heads, D]
@group(0) @binding(2) var<storage, read_write> ring: array<KvQuad>; // dtype [slots][heads][D]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let width = params.heads * params.headQuads;
  let item = linear_index(id, groups) + params.first * width;
  if (item >= params.tokens * width) { return; }
  let slot = (params.slotBase + item / width) % params.slots;
  ring[slot * width + item % width] = kv_pack(x[item], 0.0);
}
