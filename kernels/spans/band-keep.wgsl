// bandRing[token mod rowCapacity][l][a] = band[i][l][a] for l < lMax. Thread: one element.
@group(0) @binding(1) var<storage, read> band: array<f32>; // f32 [T][bandWidth][K]
@group(0) @binding(2) var<storage, read_write> bandRing: array<f32>; // f32 [rowCapacity][lMax][K]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let width = params.lMax * params.kvHeads;
  let row = id.y;
  if (id.x >= width || row >= params.tokens) { return; }
  let slot = (params.firstToken + row) % params.rowCapacity;
  bandRing[slot * width + id.x] = band[row * params.bandWidth * params.kvHeads + id.x];
}
