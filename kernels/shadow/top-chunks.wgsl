// Of every KV head the `slots` landmarks with the most votes, in ascending order; among equals the earlier ones:
//   items[a·slots + i] = {a, ids[a, j_i], firstSlot + i, 0}
// Votes are not negative, so their bits are in the order of their values: the threshold is found by a radix
// search over histograms. A workgroup of 256 threads handles one head.
@group(0) @binding(1) var<storage, read> votes: array<f32>; // f32 [K][landmarks]
@group(0) @binding(2) var<storage, read> ids: array<u32>; // u32 [K][landmarks]
@group(0) @binding(3) var<storage, read_write> items: array<vec4<u32>>; // u32 [K·slots, 4]

const LANES = 256u;

var<workgroup> histogram: array<atomic<u32>, 256>;
var<workgroup> parts: array<vec2<u32>, 256>;
var<workgroup> threshold: u32;
var<workgroup> open: u32; // places left below the digits that are fixed

fn key_of(at: u32) -> u32 { return bitcast<u32>(max(votes[at], 0.0)); }

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let base = group.x * params.landmarks;
  if (lane == 0u) {
    threshold = 0u;
    open = params.slots;
  }
  workgroupBarrier();
  for (var level = 0u; level < 4u; level++) {
    let shift = 24u - level * 8u;
    atomicStore(&histogram[lane], 0u);
    workgroupBarrier();
    let prefix = threshold;
    for (var j = lane; j < params.landmarks; j += LANES) {
      let key = key_of(base + j);
      // The digits above this level; a shift by 32 is not defined.
      let inside = level == 0u || (key >> min(shift + 8u, 31u)) == prefix;
      if (inside) { atomicAdd(&histogram[(key >> shift) & 255u], 1u); }
    }
    workgroupBarrier();
    if (lane == 0u) {
      var above = 0u;
      var digit = 255u;
      for (; digit > 0u; digit--) {
        let count = atomicLoad(&histogram[digit]);
        if (above + count >= open) { break; }
        above += count;
      }
      threshold = (prefix << 8u) | digit;
      open -= above;
    }
    workgroupBarrier();
  }
  // Neighbouring landmarks belong to one lane, so that sums over lanes are places in order.
  let limit = threshold;
  let block = (params.landmarks + LANES - 1u) / LANES;
  let first = min(lane * block, params.landmarks);
  let end = min(first + block, params.landmarks);
  var own = vec2<u32>();
  for (var j = first; j < end; j++) {
    let key = key_of(base + j);
    own += vec2<u32>(select(0u, 1u, key > limit), select(0u, 1u, key == limit));
  }
  parts[lane] = own;
  workgroupBarrier();
  if (lane == 0u) {
    var sum = vec2<u32>();
    for (var n = 0u; n < LANES; n++) {
      let part = parts[n];
      parts[n] = sum;
      sum += part;
    }
  }
  workgroupBarrier();
  let equals = open;
  var larger = parts[lane].x;
  var equal = parts[lane].y;
  for (var j = first; j < end; j++) {
    let key = key_of(base + j);
    let place = larger + min(equal, equals);
    let taken = key > limit || (key == limit && equal < equals);
    if (taken) {
      items[group.x * params.slots + place] =
        vec4<u32>(group.x, ids[base + j], params.firstSlot + place, 0u);
    }
    if (key > limit) { larger++; }
    if (key == limit) { equal++; }
  }
}
