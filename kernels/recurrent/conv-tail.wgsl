// tail = the last three rows of [tail; x]: what short-conv sees before the next token.
// A thread handles four channels, so it reads only what it writes itself.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // f32 [T, m]
@group(0) @binding(2) var<storage, read_write> tail: array<vec4<f32>>; // f32 [3, m], oldest first

fn row(at: u32, quad: u32) -> vec4<f32> {
  if (at < 3u) { return tail[at * params.quads + quad]; }
  return x[(at - 3u) * params.quads + quad];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let quad = linear_index(id, groups);
  if (quad >= params.quads) { return; }
  let rows = array<vec4<f32>, 3>(
    row(params.tokens, quad), row(params.tokens + 1u, quad), row(params.tokens + 2u, quad),
  );
  tail[quad] = rows[0];
  tail[params.quads + quad] = rows[1];
  tail[2u * params.quads + quad] = rows[2];
}
