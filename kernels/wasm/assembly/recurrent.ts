// The recurrent kernels (recurrent/*.wgsl): mixer of Rodimus, window attention with one shared key head.
import { addRow, dotHead, weigh } from "./attention-decode";
import { packRow, rowBytes, unpackRow } from "./kv";
import { exp4, madd, sum4 } from "./simd";

const MASKED: f32 = -1e30;

/** 1 / (1 + exp(-x)). */
// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** c[t] = silu(bias + Σ_{i<4} weight[i] · x[t − 3 + i]); rows before x are those of the tail [3, m]. */
export function shortConv(
  x: usize, tail: usize, weight: usize, bias: usize, c: usize, tokens: i32, quads: i32,
): void {
  const row = <usize>quads << 4;
  for (let at: usize = 0; at < row; at += 16) {
    // Four channels: their taps [4 channels][4] as one register per tap.
    const w = weight + (at << 2);
    const a = v128.load(w), b = v128.load(w, 16), d = v128.load(w, 32), e = v128.load(w, 48);
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5), de = v128.shuffle<i32>(d, e, 0, 4, 1, 5);
    const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7), de2 = v128.shuffle<i32>(d, e, 2, 6, 3, 7);
    const w0 = v128.shuffle<i64>(ab, de, 0, 2), w1 = v128.shuffle<i64>(ab, de, 1, 3);
    const w2 = v128.shuffle<i64>(ab2, de2, 0, 2), w3 = v128.shuffle<i64>(ab2, de2, 1, 3);
    const start = v128.load(bias + at);
    let x0 = v128.load(tail + at);
    let x1 = v128.load(tail + row + at);
    let x2 = v128.load(tail + 2 * row + at);
    for (let t = 0; t < tokens; t++) {
      const x3 = v128.load(x + <usize>t * row + at);
      const sum = madd(w3, x3, madd(w2, x2, madd(w1, x1, madd(w0, x0, start))));
      v128.store(c + <usize>t * row + at, f32x4.mul(sum, sigmoid4(sum)));
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
  }
}

/** tail = the last three rows of [tail; x]. */
export function convTail(x: usize, tail: usize, tokens: i32, quads: i32): void {
  const row = <usize>quads << 4;
  const kept = max(3 - tokens, 0);
  memory.copy(tail, tail + <usize>(3 - kept) * row, <usize>kept * row);
  const taken = 3 - kept;
  memory.copy(tail + <usize>kept * row, x + <usize>(tokens - taken) * row, <usize>taken * row);
}

/** gates[t] = (q · scale, k / max(|k|, ε) · exp(τ log g), log α, α) with g = softplus(s), τ = sigmoid(p), log α = −g τ. */
export function mixerGates(
  qk: usize, sp: usize, gates: usize, tokens: i32, n: i32, keyEpsilon: f32, scale: f32,
): void {
  const row = <usize>n << 2;
  for (let t = 0; t < tokens; t++, qk += 2 * row, sp += 2 * row, gates += 4 * row) {
    let square: f32 = 0;
    for (let at: usize = 0; at < row; at += 4) square += load<f32>(qk + row + at) * load<f32>(qk + row + at);
    const norm = max(Mathf.sqrt(square), keyEpsilon);
    for (let at: usize = 0; at < row; at += 4) {
      const s = load<f32>(sp + at);
      const g = max(s, <f32>0) + Mathf.log1p(Mathf.exp(-Mathf.abs(s)));
      const tau: f32 = <f32>1 / (<f32>1 + Mathf.exp(-load<f32>(sp + row + at)));
      // Far below 0, softplus(s) is exp(s).
      const logG: f32 = s < -15 ? s : Mathf.log(g);
      store<f32>(gates + at, load<f32>(qk + at) * scale);
      store<f32>(gates + row + at, (load<f32>(qk + row + at) / norm) * Mathf.exp(tau * logG));
      store<f32>(gates + 2 * row + at, -g * tau);
      store<f32>(gates + 3 * row + at, Mathf.exp(-g * tau));
    }
  }
}

/** u = sigmoid(z) · x. */
export function inputGate(z: usize, x: usize, u: usize, quads: i32): void {
  for (let at: usize = 0; at < <usize>quads << 4; at += 16) {
    v128.store(u + at, f32x4.mul(v128.load(x + at), sigmoid4(v128.load(z + at))));
  }
}

/**
 * S = diag(α_t) S + k_tᵀ u_t; o[t] = q_t S + c[t] · skip. Many tokens: eight columns and four rows of S stay in
 * registers through all of them. One token: row after row, as the state lies. Both add in the same order.
 */
export function stateScan(
  gates: usize, u: usize, c: usize, skip: usize, state: usize, o: usize, tokens: i32, n: i32, width: i32,
): void {
  const row = <usize>width << 2;
  const eights = <usize>(width & ~7) << 2;
  for (let t = 0; t < tokens; t++) {
    const from = <usize>t * row;
    let at: usize = 0;
    for (; at < eights; at += 16) {
      v128.store(o + from + at, f32x4.mul(v128.load(c + from + at), v128.load(skip + at)));
    }
    for (; at < row; at += 4) store<f32>(o + from + at, load<f32>(c + from + at) * load<f32>(skip + at));
  }
  if (tokens == 1) oneToken(gates, u, state, o, n, row, eights);
  else manyTokens(gates, u, state, o, tokens, n, row, eights);
  for (let at = eights; at < row; at += 4) lastColumn(gates, u + at, state + at, o + at, tokens, n, row);
}

function oneToken(gates: usize, u: usize, state: usize, o: usize, n: i32, row: usize, end: usize): void {
  const gate = <usize>n << 2;
  for (let i = 0; i < n; i++, gates += 4, state += row) {
    const q = v128.load32_splat(gates);
    const k = v128.load32_splat(gates + gate);
    const decay = v128.load32_splat(gates + 3 * gate);
    for (let at: usize = 0; at < end; at += 16) {
      const s = madd(decay, v128.load(state + at), f32x4.mul(k, v128.load(u + at)));
      v128.store(state + at, s);
      v128.store(o + at, madd(q, s, v128.load(o + at)));
    }
  }
}

function manyTokens(
  gates: usize, u: usize, state: usize, o: usize, tokens: i32, n: i32, row: usize, end: usize,
): void {
  const gate = <usize>n << 2;
  for (let at: usize = 0; at < end; at += 32) {
    for (let i = 0; i < n; i += 4) {
      const s = state + <usize>i * row + at;
      let a0 = v128.load(s), a1 = v128.load(s, 16);
      let b0 = v128.load(s + row), b1 = v128.load(s + row, 16);
      let c0 = v128.load(s + 2 * row), c1 = v128.load(s + 2 * row, 16);
      let d0 = v128.load(s + 3 * row), d1 = v128.load(s + 3 * row, 16);
      let q = gates + (<usize>i << 2);
      let value = u + at;
      let out = o + at;
      for (let t = 0; t < tokens; t++) {
        const k = q + gate;
        const decay = k + 2 * gate;
        const u0 = v128.load(value), u1 = v128.load(value, 16);
        let o0 = v128.load(out), o1 = v128.load(out, 16);
        let g = v128.load32_splat(decay), w = v128.load32_splat(k), r = v128.load32_splat(q);
        a0 = madd(g, a0, f32x4.mul(w, u0));
        a1 = madd(g, a1, f32x4.mul(w, u1));
        o0 = madd(r, a0, o0);
        o1 = madd(r, a1, o1);
        g = v128.load32_splat(decay, 4), w = v128.load32_splat(k, 4), r = v128.load32_splat(q, 4);
        b0 = madd(g, b0, f32x4.mul(w, u0));
        b1 = madd(g, b1, f32x4.mul(w, u1));
        o0 = madd(r, b0, o0);
        o1 = madd(r, b1, o1);
        g = v128.load32_splat(decay, 8), w = v128.load32_splat(k, 8), r = v128.load32_splat(q, 8);
        c0 = madd(g, c0, f32x4.mul(w, u0));
        c1 = madd(g, c1, f32x4.mul(w, u1));
        o0 = madd(r, c0, o0);
        o1 = madd(r, c1, o1);
        g = v128.load32_splat(decay, 12), w = v128.load32_splat(k, 12), r = v128.load32_splat(q, 12);
        d0 = madd(g, d0, f32x4.mul(w, u0));
        d1 = madd(g, d1, f32x4.mul(w, u1));
        o0 = madd(r, d0, o0);
        o1 = madd(r, d1, o1);
        v128.store(out, o0);
        v128.store(out, o1, 16);
        q += 4 * gate;
        value += row;
        out += row;
      }
      v128.store(s, a0);
      v128.store(s, a1, 16);
      v128.store(s + row, b0);
      v128.store(s + row, b1, 16);
      v128.store(s + 2 * row, c0);
      v128.store(s + 2 * row, c1, 16);
      v128.store(s + 3 * row, d0);
      v128.store(s + 3 * row, d1, 16);
    }
  }
}

function lastColumn(gates: usize, u: usize, state: usize, o: usize, tokens: i32, n: i32, row: usize): void {
  const gate = <usize>n << 2;
  for (let t = 0; t < tokens; t++, gates += 4 * gate, u += row, o += row) {
    const value = load<f32>(u);
    let read = load<f32>(o);
    for (let i = 0; i < n; i++) {
      const at = <usize>i << 2;
      const s = load<f32>(gates + 3 * gate + at) * load<f32>(state + <usize>i * row)
        + load<f32>(gates + gate + at) * value;
      store<f32>(state + <usize>i * row, s);
      read += load<f32>(gates + at) * s;
    }
    store<f32>(o, read);
  }
}

/** y[r] = rmsnorm(x[r] · silu(gate[r])) · weight. */
export function gatedNorm(
  x: usize, gate: usize, weight: usize, y: usize, rows: i32, width: i32, epsilon: f32,
): void {
  const row = <usize>width << 2;
  const quads = <usize>(width & ~3) << 2;
  for (let r = 0; r < rows; r++, x += row, gate += row, y += row) {
    let four = f32x4.splat(0);
    let at: usize = 0;
    for (; at < quads; at += 16) {
      const g = v128.load(gate + at);
      const value = f32x4.mul(f32x4.mul(v128.load(x + at), g), sigmoid4(g));
      v128.store(y + at, value);
      four = madd(value, value, four);
    }
    let sum = sum4(four);
    for (; at < row; at += 4) {
      const g = load<f32>(gate + at);
      const value: f32 = (load<f32>(x + at) * g) / (<f32>1 + Mathf.exp(-g));
      store<f32>(y + at, value);
      sum += value * value;
    }
    const scale: f32 = <f32>1 / Mathf.sqrt(sum / <f32>width + epsilon);
    for (at = 0; at < quads; at += 16) {
      const value = f32x4.mul(v128.load(y + at), f32x4.splat(scale));
      v128.store(y + at, f32x4.mul(value, v128.load(weight + at)));
    }
    for (; at < row; at += 4) store<f32>(y + at, load<f32>(y + at) * scale * load<f32>(weight + at));
  }
}

/** ring[(slotBase + t) mod slots] = x[t] for tokens first … tokens − 1. */
export function windowAppend(
  x: usize, ring: usize, dtype: i32, tokens: i32, first: i32, heads: i32, headQuads: i32, slotBase: i32, slots: i32,
): void {
  const headDim = headQuads << 2;
  const head = <usize>headDim << 2;
  const bytes = rowBytes(dtype, headDim);
  for (let t = first; t < tokens; t++) {
    const slot = (slotBase + t) % slots;
    for (let h = 0; h < heads; h++) {
      packRow(dtype, x + <usize>(t * heads + h) * head, headDim, ring + <usize>(slot * heads + h) * bytes);
    }
  }
}

export function windowAttentionScratch(heads: i32, headQuads: i32): usize {
  return (<usize>headQuads << 4) + (<usize>heads << 6); // one row; sixteen scores per head
}

/** Partial sums [T, H][splits][D + 4] over the window of each query; a key is unpacked once for all heads. */
export function windowAttention(
  q: usize, k: usize, v: usize, ringK: usize, ringV: usize, partials: usize, dtype: i32, tokens: i32, heads: i32,
  headQuads: i32, lookBack: i32, slots: i32, slotBase: i32, ringLength: i32, splits: i32, scale: f32, scratch: usize,
): void {
  const headDim = headQuads << 2;
  const head = <usize>headDim << 2;
  const part = head + 16;
  const bytes = rowBytes(dtype, headDim);
  const raw = scratch;
  const weights = raw + head; // f32 [H][16]
  for (let t = 0; t < tokens; t++) {
    const back = min(t, lookBack);
    const behind = min(ringLength, lookBack - back);
    const count = behind + back + 1;
    const oldest = (slotBase + slots - behind) % slots;
    const each = (count + splits - 1) / splits;
    const query = q + <usize>(t * heads) * head;
    for (let split = 0; split < splits; split++) {
      for (let h = 0; h < heads; h++) {
        const at = partials + <usize>((t * heads + h) * splits + split) * part;
        memory.fill(at, 0, part);
        store<f32>(at + head, MASKED);
      }
      const end = min((split + 1) * each, count);
      for (let begin = split * each; begin < end; begin += 16) {
        const block = min(16, end - begin);
        for (let i = 0; i < block; i++) {
          const n = begin + i;
          const key = n < behind
            ? ringK + <usize>((oldest + n) % slots) * bytes
            : k + <usize>(t - back + n - behind) * bytes;
          unpackRow(dtype, key, headDim, raw);
          for (let h = 0; h < heads; h++) {
            const score = dotHead(query + <usize>h * head, raw, headDim) * scale;
            store<f32>(weights + (<usize>((h << 4) + i) << 2), score);
          }
        }
        for (let h = 0; h < heads; h++) {
          const at = partials + <usize>((t * heads + h) * splits + split) * part;
          weigh(weights + (<usize>h << 6), block, 0, 0, at, headDim);
          for (let i = 0; i < block; i++) {
            const n = begin + i;
            const value = n < behind
              ? ringV + <usize>((oldest + n) % slots * heads + h) * bytes
              : v + <usize>((t - back + n - behind) * heads + h) * bytes;
            unpackRow(dtype, value, headDim, raw);
            addRow(at, raw, headDim, load<f32>(weights + (<usize>((h << 4) + i) << 2)));
          }
        }
      }
    }
  }
}
