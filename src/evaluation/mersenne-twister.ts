// CPython's random numbers for an integer seed: MT19937 and the derived draws of the `random` module
// (Lib/random.py, Modules/_randommodule.c), so that the compat profile draws what upstream draws.

const SIZE = 624;
const PERIOD = 397;

export class MersenneTwister {
  readonly #state = new Uint32Array(SIZE);
  #index = SIZE;

  /** `random.seed(seed)` for 0 ≤ seed < 2³². */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new RangeError(`A seed is an integer from 0 to 4294967295, not ${seed}.`);
    }
    const state = this.#state;
    state[0] = 19650218;
    for (let i = 1; i < SIZE; i++) {
      const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = Math.imul(1812433253, previous) + i;
    }
    // init_by_array with the one key word `seed`.
    let i = 1;
    for (let k = 0; k < SIZE; k++) {
      const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = (state[i]! ^ Math.imul(previous, 1664525)) + seed;
      if (++i >= SIZE) {
        state[0] = state[SIZE - 1]!;
        i = 1;
      }
    }
    for (let k = 0; k < SIZE - 1; k++) {
      const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = (state[i]! ^ Math.imul(previous, 1566083941)) - i;
      if (++i >= SIZE) {
        state[0] = state[SIZE - 1]!;
        i = 1;
      }
    }
    state[0] = 0x80000000;
  }

  /** `getrandbits(32)` */
  next32(): number {
    if (this.#index >= SIZE) this.#refill();
    let y = this.#state[this.#index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  #refill(): void {
    const state = this.#state;
    for (let k = 0; k < SIZE; k++) {
      const y = (state[k]! & 0x80000000) | (state[(k + 1) % SIZE]! & 0x7fffffff);
      state[k] = state[(k + PERIOD) % SIZE]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }

  /** `_randbelow(n)`: bits are drawn again until they are below n. */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 0xffffffff) {
      throw new RangeError(`Cannot draw below ${n}.`);
    }
    const shift = Math.clz32(n); // 32 − bit length
    for (;;) {
      const bits = this.next32() >>> shift;
      if (bits < n) return bits;
    }
  }

  choice<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** In place, as `random.shuffle`. */
  shuffle<T>(items: T[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
  }

  /** `random.sample(items, count)`, both of its methods. */
  sample<T>(items: readonly T[], count: number): T[] {
    const n = items.length;
    if (count < 0 || count > n) throw new RangeError(`Cannot sample ${count} of ${n}.`);
    const setSize = 21 + (count > 5 ? 4 ** Math.ceil(logBase4(count * 3)) : 0);
    const picked: T[] = [];
    if (n <= setSize) {
      const pool = [...items];
      for (let i = 0; i < count; i++) {
        const j = this.below(n - i);
        picked.push(pool[j]!);
        pool[j] = pool[n - i - 1]!;
      }
      return picked;
    }
    const taken = new Set<number>();
    while (picked.length < count) {
      const j = this.below(n);
      if (taken.has(j)) continue;
      taken.add(j);
      picked.push(items[j]!);
    }
    return picked;
  }
}

// CPython takes math.log(x, 4); the quotient of natural logarithms rounds as it does there.
function logBase4(x: number): number {
  return Math.log(x) / Math.log(4);
}
