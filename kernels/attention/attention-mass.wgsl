// mass[e] += Σ_h Σ_t p², p = exp(scores[h, setIndexBegin + t] - lse[h]), over the tokens of entry e:
// how sharply the entry was looked at. The square lets the few heads that point at a token outweigh
// the many that spread over everything. A thread handles one entry.
@group(0) @binding(1) var<storage, read> scores: array<f32>; // f32 [H][Scap]
@group(0) @binding(2) var<storage, read> lse: array<f32>; // f32 [H]
@group(0) @binding(3) var<storage, read> pageTable: array<vec4<u32>>; // u32 [entries, 4]
@group(0) @binding(4) var<storage, read_write> mass: array<f32>; // f32 [entries]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= params.entryCount) { return; }
  let at = params.entryBegin + id.x;
  let entry = pageTable[at];
  let count = (entry.z >> 8u) & 255u;
  var sum = 0.0;
  for (var head = 0u; head < params.heads; head++) {
    let base = head * params.setCapacity + entry.w;
    for (var t = 0u; t < count; t++) { sum += exp(2.0 * min(scores[base + t] - lse[head], 0.0)); }
  }
  mass[at] += sum;
}
