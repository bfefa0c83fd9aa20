// For chunk j of 8 rotated keys of head a:
//   landmarks[a, j] = mean of the rows; likeness[a, j] = the smallest cosine of a row with it.
// A row or mean of length 0 has cosine 0. A thread handles one chunk of one head.
@group(0) @binding(1) var<storage, read> kRot: array<vec4<f32>>; // f32 [K][setCapacity][D]
@group(0) @binding(2) var<storage, read_write> landmarks: array<vec4<f32>>; // f32 [K][chunks][D]
@group(0) @binding(3) var<storage, read_write> likeness: array<f32>; // f32 [K][chunks]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= params.chunks * params.kvHeads) { return; }
  let quads = params.headDim / 4u;
  let rows = ((id.x / params.chunks) * params.setCapacity + (id.x % params.chunks) * 8u) * quads;
  var own = 0.0;
  for (var d = 0u; d < quads; d++) {
    var sum = vec4<f32>();
    for (var t = 0u; t < 8u; t++) { sum += kRot[rows + t * quads + d]; }
    let mean = sum * 0.125;
    landmarks[id.x * quads + d] = mean;
    own += dot(mean, mean);
  }
  var least = 1.0;
  for (var t = 0u; t < 8u; t++) {
    var product = 0.0;
    var length = 0.0;
    for (var d = 0u; d < quads; d++) {
      let key = kRot[rows + t * quads + d];
      product += dot(key, landmarks[id.x * quads + d]);
      length += dot(key, key);
    }
    let norm = sqrt(own) * sqrt(length);
    if (norm > 0.0) { least = min(least, product / norm); } else { least = min(least, 0.0); }
  }
  likeness[id.x] = least;
}
