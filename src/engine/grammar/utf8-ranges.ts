// A range of code points as sequences of byte ranges: a text matches when its UTF-8 bytes match one of them.
// Source: R. Cox, RE2, «Compiling UTF-8 byte ranges». Surrogates have no UTF-8 and are left out.
import type { CharacterRange } from "./expression.ts";

export type ByteRange = readonly [low: number, high: number];

/** Last code point of each length in UTF-8. */
const LENGTH_ENDS = [0x7f, 0x7ff, 0xffff, 0x10ffff];
const SURROGATES: CharacterRange = [0xd800, 0xdfff];

export function utf8Ranges(ranges: readonly CharacterRange[]): ByteRange[][] {
  const found: ByteRange[][] = [];
  for (const [low, high] of ranges.flatMap(withoutSurrogates)) {
    let from = low;
    for (const end of LENGTH_ENDS) {
      if (from > high) break;
      if (from > end) continue;
      split(from, Math.min(high, end), found);
      from = end + 1;
    }
  }
  return found;
}

function withoutSurrogates([low, high]: CharacterRange): CharacterRange[] {
  const [first, last] = SURROGATES;
  if (high < first || low > last) return [[low, high]];
  const parts: CharacterRange[] = [];
  if (low < first) parts.push([low, first - 1]);
  if (high > last) parts.push([last + 1, high]);
  return parts;
}

/** Both ends have the same length in bytes. */
function split(low: number, high: number, found: ByteRange[][]): void {
  if (low > high) return;
  // Below the first place where they differ, all continuation bytes must be free.
  for (let bits = 6; low >> bits !== high >> bits && high > 0x7f && bits <= 18; bits += 6) {
    const mask = (1 << bits) - 1;
    if ((low & mask) !== 0) {
      split(low, low | mask, found);
      split((low | mask) + 1, high, found);
      return;
    }
    if ((high & mask) !== mask) {
      split(low, (high & ~mask) - 1, found);
      split(high & ~mask, high, found);
      return;
    }
  }
  const first = utf8(low);
  const last = utf8(high);
  found.push(first.map((byte, i) => [byte, last[i]!]));
}

function utf8(codePoint: number): number[] {
  if (codePoint < 0x80) return [codePoint];
  const tail = (shift: number) => 0x80 | ((codePoint >> shift) & 0x3f);
  if (codePoint < 0x800) return [0xc0 | (codePoint >> 6), tail(0)];
  if (codePoint < 0x10000) return [0xe0 | (codePoint >> 12), tail(6), tail(0)];
  return [0xf0 | (codePoint >> 18), tail(12), tail(6), tail(0)];
}
