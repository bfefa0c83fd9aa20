// raw[t·H + h, j] = scale · q[t, h] · landmark[h / g, j], soft-capped as the attention is.
// A thread handles one landmark of one query row; grid y = row.
@group(0) @binding(1) var<storage, read> q: array<vec4<f32>>; // f32 [T, H*D], rotated
@group(0) @binding(2) var<storage, read> landmarks: array<KvQuad>; // [K][landmarks][D]
@group(0) @binding(3) var<storage, read_write> raw: array<f32>; // f32 [T*H][landmarks]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= params.landmarks) { return; }
  let quads = params.headDim / 4u;
  let head = (id.y % params.heads) / (params.heads / params.kvHeads);
  let key = (head * params.landmarks + id.x) * quads;
  var sum = vec4<f32>();
  for (var d = 0u; d < quads; d++) { sum += q[id.y * quads + d] * kv_unpack(landmarks[key + d]); }
  var score = params.scale * dot(sum, vec4<f32>(1.0));
  if (params.softCap > 0.0) { score = params.softCap * tanh(score / params.softCap); }
  raw[id.y * params.landmarks + id.x] = score;
}
