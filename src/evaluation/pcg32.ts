// The sound profile's random numbers: PCG-XSH-RR 64/32 (O'Neill 2014, pcg-random.org), and a stream
// for every item, named by its coordinates. Not for secrets.

const MASK = (1n << 64n) - 1n;
const MULTIPLIER = 6364136223846793005n;

export class Pcg32 {
  #state = 0n;
  readonly #increment: bigint;

  constructor(state: bigint, stream: bigint) {
    this.#increment = ((stream << 1n) | 1n) & MASK;
    this.next32();
    this.#state = (this.#state + state) & MASK;
    this.next32();
  }

  /** The generator that belongs to a text such as "7/en/4000/50/0". */
  static named(name: string): Pcg32 {
    return new Pcg32(fnv1a64(name, 0xcbf29ce484222325n), fnv1a64(name, 0x9e3779b97f4a7c15n));
  }

  next32(): number {
    const old = this.#state;
    this.#state = (old * MULTIPLIER + this.#increment) & MASK;
    const shifted = Number((((old >> 18n) ^ old) >> 27n) & 0xffffffffn);
    const rotation = Number(old >> 59n);
    return ((shifted >>> rotation) | (shifted << (-rotation & 31))) >>> 0;
  }

  /** Without bias: values of the last, incomplete interval are drawn again. */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 0xffffffff) {
      throw new RangeError(`Cannot draw below ${n}.`);
    }
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const bits = this.next32();
      if (bits < limit) return bits % n;
    }
  }

  choice<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  shuffle<T>(items: T[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
  }

  /** `count` different items in random order. */
  sample<T>(items: readonly T[], count: number): T[] {
    if (count < 0 || count > items.length) {
      throw new RangeError(`Cannot sample ${count} of ${items.length}.`);
    }
    const pool = [...items];
    for (let i = 0; i < count; i++) {
      const j = i + this.below(pool.length - i);
      [pool[i], pool[j]] = [pool[j]!, pool[i]!];
    }
    return pool.slice(0, count);
  }
}

/** FNV-1a over UTF-16 units, two bytes each. */
function fnv1a64(text: string, basis: bigint): bigint {
  let hash = basis;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = ((hash ^ BigInt(unit & 255)) * 0x100000001b3n) & MASK;
    hash = ((hash ^ BigInt(unit >> 8)) * 0x100000001b3n) & MASK;
  }
  return hash;
}
