// Gathers runs of ring tokens into a contiguous buffer, keys and values as [token][K][D] each.
// Thread: one quad of a run; grid y = run.
@group(0) @binding(1) var<storage, read> runs: array<vec4<u32>>; // {startToken, count, kQuad, vQuad}
@group(0) @binding(2) var<storage, read> kPool: array<KvQuad>; // [page][K][16][D]
@group(0) @binding(3) var<storage, read> vPool: array<KvQuad>; // [page][K][16][D]
@group(0) @binding(4) var<storage, read_write> extent: array<KvQuad>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quads = kv_row(params.headDim / 4u);
  let run = runs[params.firstRun + id.y];
  let row = id.x / (quads * params.kvHeads);
  if (row >= run.y) { return; }
  let a = (id.x / quads) % params.kvHeads;
  let slot = (run.x + row) % params.ringCapacity;
  let page = params.ringFirstPage + slot / 16u;
  let origin = ((page * params.kvHeads + a) * 16u + slot % 16u) * quads + id.x % quads;
  extent[run.z + id.x] = kPool[origin];
  extent[run.w + id.x] = vPool[origin];
}
