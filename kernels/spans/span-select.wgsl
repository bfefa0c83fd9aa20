// Chooses the spans of one layer under a token budget (docs/ltri.md §8): first by persistent recall
// under `recallBudget`, then by fresh votes, then by the tie-breaker; in each phase the first span
// that would cross the budget ends the scan. Ids come out in document order.
// Scores become integer keys, so every device and the twin choose the same spans. The threshold
// key is found by a radix search over length-weighted histograms; among equal keys lower ordinals
// come first. One workgroup; 256 threads.
@group(0) @binding(1) var<storage, read> spans: array<vec4<u32>>; // {start, length, 0, 0}
@group(0) @binding(2) var<storage, read> recall: array<f32>; // e: f32 [S]
@group(0) @binding(3) var<storage, read> votes: array<f32>; // V: f32 [S]
@group(0) @binding(4) var<storage, read> ties: array<f32>; // T: f32 [S]
@group(0) @binding(5) var<storage, read_write> selected: array<u32>; // {count, tokens, recalled, 0, ids…}

const LANES = 256u;
const NOBODY = 0xffffffffu;
const VOTE_SCALE = 1048576.0; // keys step by 2^-20; exact in f32
const TIE_SCALE = 1024.0;

var<workgroup> histogram: array<atomic<u32>, 256>;
var<workgroup> parts: array<u32, 256>;
var<workgroup> limits: array<u32, 2>; // threshold key of a phase
var<workgroup> ends: array<atomic<u32>, 2>; // first ordinal with that key that is not taken
var<workgroup> remaining: u32; // budget left below the threshold key
var<workgroup> everything: u32; // all candidates of the phase fit
var<workgroup> used: array<u32, 2>;

fn vote_key(value: f32) -> u32 {
  return u32(clamp(value * VOTE_SCALE, 0.0, 2147483520.0));
}

fn key_of(phase: u32, s: u32) -> u32 {
  if (phase == 0u) { return vote_key(recall[s]); }
  let vote = vote_key(votes[s]);
  if (vote > 0u) { return 0x80000000u | vote; }
  return u32(i32(floor(clamp(ties[s] * TIE_SCALE, -1.0e9, 1.0e9))) + 0x40000000);
}

fn passes(phase: u32, s: u32, key: u32) -> bool {
  return key > limits[phase] || (key == limits[phase] && s < atomicLoad(&ends[phase]));
}

fn eligible(s: u32) -> bool {
  return spans[s].y > 0u;
}

fn recalled(s: u32) -> bool {
  let key = key_of(0u, s);
  return eligible(s) && key > 0u && passes(0u, s, key);
}

// Length of span s where it takes part in the phase, else 0.
fn weight_of(phase: u32, s: u32) -> u32 {
  if (!eligible(s)) { return 0u; }
  if (phase == 0u) { return select(0u, spans[s].y, key_of(0u, s) > 0u); }
  return select(spans[s].y, 0u, recalled(s));
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
  let block = (params.spans + LANES - 1u) / LANES;
  let blockStart = min(lane * block, params.spans);
  let blockEnd = min(blockStart + block, params.spans);
  if (lane == 0u) { used[0] = 0u; }
  workgroupBarrier();

  for (var phase = 0u; phase < 2u; phase++) {
    if (lane == 0u) {
      limits[phase] = 0u;
      atomicStore(&ends[phase], NOBODY);
      everything = 0u;
      used[phase] = 0u;
      remaining = select(params.budget - used[0], params.recallBudget, phase == 0u);
    }
    workgroupBarrier();
    let limit = workgroupUniformLoad(&remaining);
    for (var level = 0u; level < 4u; level++) {
      let shift = 24u - level * 8u;
      atomicStore(&histogram[lane], 0u);
      workgroupBarrier();
      let prefix = limits[phase];
      for (var s = lane; s < params.spans; s += LANES) {
        let key = key_of(phase, s);
        // The digits above this level; a shift by 32 is not defined.
        let inside = level == 0u || (key >> min(shift + 8u, 31u)) == prefix;
        let weight = weight_of(phase, s);
        if (inside && weight > 0u) { atomicAdd(&histogram[(key >> shift) & 255u], weight); }
      }
      workgroupBarrier();
      if (lane == 0u) {
        var above = 0u;
        var digit = 256u;
        for (; digit > 0u; digit--) {
          let weight = atomicLoad(&histogram[digit - 1u]);
          if (above + weight > remaining) { break; }
          above += weight;
        }
        if (digit == 0u) {
          everything = 1u; // possible on the first level only
        } else {
          limits[phase] = (prefix << 8u) | (digit - 1u);
        }
        remaining -= above;
      }
      if (workgroupUniformLoad(&everything) == 1u) { break; }
    }
    workgroupBarrier();
    // Equal keys at the threshold: taken in document order until the budget would be crossed.
    let open = workgroupUniformLoad(&everything) == 0u;
    if (open) {
      let threshold = limits[phase];
      var sum = 0u;
      for (var s = blockStart; s < blockEnd; s++) {
        if (key_of(phase, s) == threshold) { sum += weight_of(phase, s); }
      }
      parts[lane] = sum;
      workgroupBarrier();
      if (lane == 0u) { _ = scan_parts(); }
      workgroupBarrier();
      var running = parts[lane];
      var own = NOBODY;
      for (var s = blockStart; s < blockEnd; s++) {
        if (key_of(phase, s) != threshold) { continue; }
        let weight = weight_of(phase, s);
        if (running + weight > remaining) {
          own = s;
          break;
        }
        running += weight;
      }
      workgroupBarrier();
      if (own != NOBODY) { atomicMin(&ends[phase], own); }
      workgroupBarrier();
      if (own != NOBODY && atomicLoad(&ends[phase]) == own) { used[phase] = limit - remaining + running; }
    } else if (lane == 0u) {
      used[phase] = limit - remaining;
    }
    workgroupBarrier();
  }

  var count = 0u;
  var fromRecall = 0u;
  for (var s = blockStart; s < blockEnd; s++) {
    let old = recalled(s);
    if (old) { fromRecall++; }
    if (old || fresh(s)) { count++; }
  }
  parts[lane] = count;
  atomicStore(&histogram[lane], fromRecall);
  workgroupBarrier();
  if (lane == 0u) {
    selected[0] = scan_parts();
    selected[1] = used[0] + used[1];
    var sum = 0u;
    for (var n = 0u; n < LANES; n++) { sum += atomicLoad(&histogram[n]); }
    selected[2] = sum;
    selected[3] = 0u;
  }
  workgroupBarrier();
  var at = parts[lane] + 4u;
  for (var s = blockStart; s < blockEnd; s++) {
    if (recalled(s) || fresh(s)) {
      selected[at] = s;
      at++;
    }
  }
}

// Turns the parts into sums of all earlier parts; returns the sum of all.
fn scan_parts() -> u32 {
  var sum = 0u;
  for (var n = 0u; n < LANES; n++) {
    let part = parts[n];
    parts[n] = sum;
    sum += part;
  }
  return sum;
}

fn fresh(s: u32) -> bool {
  return weight_of(1u, s) > 0u && passes(1u, s, key_of(1u, s));
}
