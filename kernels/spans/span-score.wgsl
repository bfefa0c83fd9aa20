// raw[a][firstSpan + s] = max(q_a · mStat[r,a], q_a · mDyn[r,a]) with r = firstRow + s, s < spans.
// Thread: one span, one KV head (grid y).
@group(0) @binding(1) var<storage, read> q: array<vec4<f32>>; // f32 [K][D]
@group(0) @binding(2) var<storage, read> vectors: array<KvQuad>; // [row][2][K][D]
@group(0) @binding(3) var<storage, read_write> raw: array<f32>; // f32 [K][spanCapacity]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= params.spans) { return; }
  let quads = params.headDim / 4u;
  let fixedBase = ((params.firstRow + id.x) * 2u * params.kvHeads + id.y) * kv_row(quads);
  let laterBase = fixedBase + params.kvHeads * kv_row(quads);
  var fixedScore = 0.0;
  var laterScore = 0.0;
  for (var d = 0u; d < quads; d++) {
    let x = q[id.y * quads + d];
    fixedScore += dot(x, kv_unpack(vectors[fixedBase + d]));
    laterScore += dot(x, kv_unpack(vectors[laterBase + d]));
  }
  raw[id.y * params.spanCapacity + params.firstSpan + id.x] = max(
    fixedScore * kv_scale(vectors[fixedBase + quads]),
    laterScore * kv_scale(vectors[laterBase + quads]),
  );
}
