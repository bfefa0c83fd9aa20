// rows[i][l] = sum over lag 0…l and all KV heads of band[i][lag][a], for l < lMax.
// Thread: one row of the chunk.
@group(0) @binding(1) var<storage, read> band: array<f32>; // f32 [T][bandWidth][K]
@group(0) @binding(2) var<storage, read_write> rows: array<f32>; // f32 [T][lMax]

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = id.x;
  if (row >= params.tokens) { return; }
  var sum = 0.0;
  for (var lag = 0u; lag < params.lMax; lag++) {
    let base = (row * params.bandWidth + lag) * params.kvHeads;
    for (var a = 0u; a < params.kvHeads; a++) { sum += band[base + a]; }
    rows[row * params.lMax + lag] = sum;
  }
}
