// Scratch of the vote kernels, f32: per head and lane {count, mean, M2, max}, then per head
// {mean, 1/std or 0, weight, unused}, then per lane a part of the sum of all votes.
const STAT_LANES = 64u;
const SUM_LANES = 256u;
fn lane_at(a: u32, lane: u32) -> u32 { return (a * STAT_LANES + lane) * 4u; }
fn head_at(a: u32) -> u32 { return (params.kvHeads * STAT_LANES + a) * 4u; }
fn sum_at(lane: u32) -> u32 { return params.kvHeads * (STAT_LANES + 1u) * 4u + lane; }
