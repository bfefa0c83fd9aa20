// Attention inside a band of the stream, and the votes that it makes (kernels/spans).
import { cap4, expBelow, tile6 } from "./simd";
import { panelOf } from "./attention-prefill";

export function bandScratch(tokens: i32, bandWidth: i32, headDim: i32): usize {
  const keys = <usize>((bandWidth + tokens + 15) & ~7);
  return keys * (<usize>headDim << 2) + 6 * 32 * 2 + 64; // panels; a tile and its sum over the heads
}

/**
 * band[i][lag][a] = Σ over the heads of KV group a of exp(score(q, k[i − lag]) − lse), 0 where there is no key and
 * outside the window.
 */
export function band(
  q: usize, k: usize, lse: usize, out: usize, tokens: i32, heads: i32, kvHeads: i32, headDim: i32, setCapacity: i32,
  bandWidth: i32, firstToken: i32, firstRingToken: i32, rowOfFirstRing: i32, scale: f32, window: i32, softCap: f32,
  scratch: usize,
): void {
  const head = <usize>headDim << 2;
  const stride = <usize>heads * head;
  const group = heads / kvHeads;
  memory.fill(out, 0, <usize>(tokens * bandWidth * kvHeads) << 2);
  const reach = window > 0 ? min(bandWidth, window) : bandWidth; // lags that count
  const oldest = max(firstRingToken, firstToken - reach + 1);
  const count = firstToken + tokens - oldest;
  const panels = scratch;
  const tile = panels + <usize>((count + 7) & ~7) * head;
  const sums = tile + 6 * 32;
  const factor = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  for (let a = 0; a < kvHeads; a++) {
    const rows = k + <usize>(a * setCapacity + rowOfFirstRing + oldest - firstRingToken) * head;
    for (let s = 0; s < count; s += 8) panelOf(rows, s, count, headDim, panels + <usize>s * head);
    for (let t = 0; t < tokens; t += 6) {
      const live = min(6, tokens - t);
      // Keys, counted from `oldest`, that any of the six rows can reach.
      const begin = max(0, firstToken + t - reach + 1 - oldest) & ~7;
      const end = firstToken + t + live - oldest;
      for (let s = begin; s < end; s += 8) {
        for (let i: usize = 0; i < 192; i += 16) v128.store(sums + i, zero);
        for (let g = 0; g < group; g++) {
          const h = a * group + g;
          tile6(q + <usize>t * stride + <usize>h * head, stride, live, headDim, panels + <usize>s * head, tile, 32);
          for (let r = 0; r < live; r++) {
            const own = v128.load32_splat(lse + (<usize>(h * tokens + t + r) << 2));
            for (let half: usize = 0; half < 32; half += 16) {
              const at = <usize>(r << 5) + half;
              let score = f32x4.mul(v128.load(tile + at), factor);
              if (softCap > 0) score = cap4(score, softCap);
              const weight = expBelow(f32x4.pmin(zero, f32x4.sub(score, own)));
              v128.store(sums + at, f32x4.add(v128.load(sums + at), weight));
            }
          }
        }
        for (let r = 0; r < live; r++) {
          const newest = firstToken + t + r - oldest;
          const from = max(s, newest - reach + 1);
          const to = min(s + 7, newest);
          let at = out + (<usize>(((t + r) * bandWidth + newest - from) * kvHeads + a) << 2);
          for (let key = from; key <= to; key++, at -= <usize>kvHeads << 2) {
            store<f32>(at, load<f32>(sums + <usize>(r << 5) + (<usize>(key - s) << 2)));
          }
        }
      }
    }
  }
}

export function bandRows(bandBuffer: usize, rows: usize, tokens: i32, kvHeads: i32, bandWidth: i32, lMax: i32): void {
  for (let t = 0; t < tokens; t++) {
    let sum: f32 = 0;
    let at = bandBuffer + (<usize>(t * bandWidth * kvHeads) << 2);
    for (let lag = 0; lag < lMax; lag++) {
      for (let a = 0; a < kvHeads; a++, at += 4) sum += load<f32>(at);
      store<f32>(rows + (<usize>(t * lMax + lag) << 2), sum);
    }
  }
}

export function bandKeep(
  bandBuffer: usize, ring: usize, tokens: i32, kvHeads: i32, bandWidth: i32, lMax: i32, firstToken: i32, rowCapacity: i32,
): void {
  const width = <usize>(lMax * kvHeads) << 2;
  for (let t = 0; t < tokens; t++) {
    const slot = (firstToken + t) % rowCapacity;
    memory.copy(ring + <usize>slot * width, bandBuffer + (<usize>(t * bandWidth * kvHeads) << 2), width);
  }
}

export function bandVotes(
  bandBuffer: usize, votes: usize, tokens: i32, kvHeads: i32, bandWidth: i32, voteWidth: i32, firstToken: i32,
  firstVoted: i32, ringCapacity: i32,
): void {
  for (let token = firstVoted; token < firstToken + tokens; token++) {
    const own = token >= firstToken;
    const first = own ? token - firstToken : 0;
    const last = min(tokens, token + voteWidth - firstToken);
    for (let a = 0; a < kvHeads; a++) {
      const at = votes + (<usize>(a * ringCapacity + token % ringCapacity) << 2);
      let sum: f32 = 0;
      for (let row = first; row < last; row++) {
        const lag = firstToken + row - token;
        sum += load<f32>(bandBuffer + (<usize>((row * bandWidth + lag) * kvHeads + a) << 2));
      }
      store<f32>(at, own ? sum : load<f32>(at) + sum);
    }
  }
}

/** spans: u32 [.][4] {start, length, ordinal, flags}. */
export function ownMass(
  ring: usize, spans: usize, own: usize, kvHeads: i32, lMax: i32, rowCapacity: i32, ringCapacity: i32, firstSpan: i32,
  spanCount: i32,
): void {
  for (let n = firstSpan; n < firstSpan + spanCount; n++) {
    const start = load<i32>(spans + (<usize>n << 4));
    const length = load<i32>(spans + (<usize>n << 4), 4);
    for (let offset = 0; offset < length; offset++) {
      const token = start + offset;
      for (let a = 0; a < kvHeads; a++) {
        let sum: f32 = 0;
        for (let lag = 0; lag < length - offset; lag++) {
          const row = (token + lag) % rowCapacity;
          sum += load<f32>(ring + (<usize>((row * lMax + lag) * kvHeads + a) << 2));
        }
        store<f32>(own + (<usize>(a * ringCapacity + token % ringCapacity) << 2), sum);
      }
    }
  }
}
