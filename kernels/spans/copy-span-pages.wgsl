// Copies runs of tokens from the ring to other pages of the same pools, keys and values.
// Thread: one quad of one token of a run; grid y = run. The pages of a run are never ring pages.
@group(0) @binding(1) var<storage, read> runs: array<vec4<u32>>; // {startToken, page, firstRow, count}
@group(0) @binding(2) var<storage, read_write> kPool: array<KvQuad>; // [page][K][16][D]
@group(0) @binding(3) var<storage, read_write> vPool: array<KvQuad>; // [page][K][16][D]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let quads = kv_row(params.headDim / 4u);
  let run = runs[params.firstRun + id.y];
  let d = id.x % quads;
  let row = (id.x / quads) % 16u;
  let a = id.x / quads / 16u;
  if (a >= params.kvHeads || row >= run.w) { return; }
  let slot = (run.x + row) % params.ringCapacity;
  let page = params.ringFirstPage + slot / 16u;
  let origin = ((page * params.kvHeads + a) * 16u + slot % 16u) * quads + d;
  let into = ((run.y * params.kvHeads + a) * 16u + run.z + row) * quads + d;
  kPool[into] = kPool[origin];
  vPool[into] = vPool[origin];
}
