// Second half of sampling, one workgroup of 64 threads. Takes the topK best logits in the order
// (value descending, id ascending) one by one: the best chunk gives its best logit, then only that
// chunk is searched for its next one. Of these the smallest set with probability >= topP is kept
// and one is drawn with a counter-based random number of (seed, step).
// Where any logit is not finite the token is NONE.
// Probabilities are taken among the topK logits, or of the whole vocabulary when wholeSum is 1.
@group(0) @binding(1) var<storage, read> logits: array<f32>; // f32 [V] from logitBegin on
@group(0) @binding(2) var<storage, read_write> chunks: array<vec4<u32>>; // see sample-chunks.wgsl
@group(0) @binding(3) var<storage, read_write> token: array<u32>; // u32 [≥ tokenIndex + 1]

const NONE = 0xffffffffu;
var<workgroup> bestValue: array<f32, 64>;
var<workgroup> bestId: array<u32, 64>;
var<workgroup> wholeSums: array<f32, 64>;
var<workgroup> done: u32;
var<workgroup> broken: atomic<u32>;
var<workgroup> candidateValue: array<f32, 256>;
var<workgroup> candidateId: array<u32, 256>;

/** Does (value, id) come before (otherValue, otherId)? NONE comes last. */
fn before(value: f32, id: u32, otherValue: f32, otherId: u32) -> bool {
  if (id == NONE || otherId == NONE) { return id != NONE; }
  return value > otherValue || (value == otherValue && id < otherId);
}

/** Puts the best of the 64 lanes into lane 0; every thread calls it. */
fn reduce(local: u32) {
  for (var step = 32u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (local < step) {
      let other = local + step;
      if (before(bestValue[other], bestId[other], bestValue[local], bestId[local])) {
        bestValue[local] = bestValue[other];
        bestId[local] = bestId[other];
      }
    }
  }
  workgroupBarrier();
}

fn mix(value: u32) -> u32 {
  let state = value * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  // Of the whole distribution, no more candidates are needed than reach topP (lane 0 counts).
  var needed = 0.0;
  var count = 0u;
  var reached = 0.0;
  if (local == 0u) { done = 0u; }
  let chunkCount = (params.vocabulary + params.chunk - 1u) / params.chunk;
  for (var round = 0u; round < params.topK; round++) {
    var value = 0.0;
    var id = NONE;
    for (var c = local; c < chunkCount; c += 64u) {
      let entry = chunks[c];
      if (entry.w != 0u) { atomicStore(&broken, 1u); }
      if (before(bitcast<f32>(entry.x), entry.y, value, id)) {
        value = bitcast<f32>(entry.x);
        id = entry.y;
      }
    }
    bestValue[local] = value;
    bestId[local] = id;
    reduce(local);
    let winner = bestId[0];
    let winnerValue = bestValue[0];
    if (local == 0u) {
      candidateValue[round] = winnerValue;
      candidateId[round] = winner;
    }
    if (local == 0u && winner == NONE) { done = 1u; }
    if (round == 0u && params.wholeSum == 1u) {
      var sum = 0.0;
      for (var c = local; c < chunkCount; c += 64u) {
        let entry = chunks[c];
        let shift = (bitcast<f32>(entry.x) - winnerValue) * params.inverseTemperature;
        sum += bitcast<f32>(entry.z) * exp(shift);
      }
      wholeSums[local] = sum;
    }
    workgroupBarrier();
    if (local == 0u && params.wholeSum == 1u) {
      if (round == 0u) {
        for (var i = 0u; i < 64u; i++) { needed += wholeSums[i]; }
        needed *= params.topP;
      }
      reached += exp((winnerValue - candidateValue[0]) * params.inverseTemperature);
      if (reached >= needed) { done = 1u; }
    }
    if (local == 0u) { count = round + 1u; }
    if (workgroupUniformLoad(&done) == 1u) { break; }
    // The best of the winner's chunk that comes after the winner.
    let chunk = winner / params.chunk;
    let end = min((chunk + 1u) * params.chunk, params.vocabulary);
    value = 0.0;
    id = NONE;
    if (winner != NONE && round + 1u < params.topK) {
      for (var i = chunk * params.chunk + local; i < end; i += 64u) {
        let next = logits[params.logitBegin + i];
        if (before(winnerValue, winner, next, i) && i != winner && before(next, i, value, id)) {
          value = next;
          id = i;
        }
      }
    }
    bestValue[local] = value;
    bestId[local] = id;
    reduce(local);
    if (local == 0u && winner != NONE) {
      chunks[chunk] = vec4<u32>(bitcast<u32>(bestValue[0]), bestId[0], 0u, 0u);
    }
    storageBarrier();
    workgroupBarrier();
  }
  if (local != 0u) { return; }
  let top = candidateValue[0];
  if (candidateId[count - 1u] == NONE) { count--; }
  var sum = 0.0;
  for (var i = 0u; i < count; i++) {
    let weight = exp((candidateValue[i] - top) * params.inverseTemperature);
    candidateValue[i] = weight;
    sum += weight;
  }
  var whole = sum;
  if (params.wholeSum == 1u) {
    whole = 0.0;
    for (var i = 0u; i < 64u; i++) { whole += wholeSums[i]; }
  }
  var kept = 0u;
  var keptSum = 0.0;
  while (kept < count && (kept == 0u || keptSum < params.topP * whole)) {
    keptSum += candidateValue[kept];
    kept++;
  }
  let bits = mix(params.seed ^ mix(params.step));
  let target_sum = f32(bits >> 8u) * 0x1p-24 * keptSum;
  var chosen = 0u;
  var running = candidateValue[0];
  while (chosen + 1u < kept && running <= target_sum) {
    chosen++;
    running += candidateValue[chosen];
  }
  token[params.tokenIndex] = select(candidateId[chosen], NONE, atomicLoad(&broken) != 0u);
}
