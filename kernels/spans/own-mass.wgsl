// own[a][slot j] = sum over i = j…y of A_a[i,j]: the mass token j received inside its own span.
// Thread: one token of one span, one KV head; grid y = span.
@group(0) @binding(1) var<storage, read> bandRing: array<f32>; // f32 [rowCapacity][lMax][K]
@group(0) @binding(2) var<storage, read> spans: array<vec4<u32>>; // {start, length, ordinal, 0}
@group(0) @binding(3) var<storage, read_write> own: array<f32>; // f32 [K][ringCapacity]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let span = spans[params.firstSpan + id.y];
  let a = id.x % params.kvHeads;
  let offset = id.x / params.kvHeads;
  if (offset >= span.y) { return; }
  let token = span.x + offset;
  var sum = 0.0;
  for (var lag = 0u; lag < span.y - offset; lag++) {
    let row = (token + lag) % params.rowCapacity;
    sum += bandRing[(row * params.lMax + lag) * params.kvHeads + a];
  }
  own[a * params.ringCapacity + token % params.ringCapacity] = sum;
}
