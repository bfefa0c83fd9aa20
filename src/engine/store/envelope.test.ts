import { describe, expect, test } from "vitest";
import { crc32c, openRecord, sealRecord } from "./envelope.ts";

const address = { kind: "spans", layer: 3, part: 7 } as const;

function bitwise(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

describe("CRC32C", () => {
  test("has the published check value", () => {
    expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  });

  test.each([0, 1, 7, 8, 9, 63, 64, 65, 257])(
    "equals the bit-by-bit form on %i bytes",
    (length) => {
      const bytes = Uint8Array.from({ length }, (_, i) => i * 73 + 11);
      expect(crc32c(bytes)).toBe(bitwise(bytes));
      expect(crc32c(bytes.subarray(3))).toBe(bitwise(bytes.subarray(3)));
      expect(crc32c(bytes.subarray(5), crc32c(bytes.subarray(0, 5)))).toBe(bitwise(bytes));
    },
  );
});

describe("an envelope", () => {
  test("is 32 bytes with every field where the format says", () => {
    const record = sealRecord(address, Uint8Array.of(1, 2), Uint8Array.of(3));
    const view = new DataView(record.buffer);
    expect(new TextDecoder().decode(record.subarray(0, 4))).toBe("LTRR");
    expect([view.getUint16(4, true), view.getUint16(6, true)]).toEqual([1, 6]);
    expect([8, 12, 16].map((at) => view.getUint32(at, true))).toEqual([3, 7, 3]);
    expect(view.getUint32(20, true)).toBe(crc32c(Uint8Array.of(1, 2, 3)));
    expect(view.getUint32(24, true)).toBe(crc32c(record.subarray(0, 24)));
    expect(view.getUint32(28, true)).toBe(0);
    expect(openRecord(record, address, 3)).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("refuses a change of any bit, any other length and any other address", () => {
    const record = sealRecord(address, Uint8Array.of(1, 2, 3, 4, 5));
    for (let bit = 0; bit < record.length * 8; bit++) {
      const copy = record.slice();
      copy[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => openRecord(copy, address)).toThrow("damaged");
    }
    for (let length = 0; length < record.length; length++) {
      expect(() => openRecord(record.slice(0, length), address)).toThrow("damaged");
    }
    expect(() => openRecord(undefined, address)).toThrow("missing");
    expect(() => openRecord(record, address, 6)).toThrow("5 bytes instead of 6");
    expect(() => openRecord(record, { ...address, layer: 2 })).toThrow("another record");
    expect(() => openRecord(record, { ...address, part: 6 })).toThrow("another record");
    expect(() => openRecord(record, { ...address, kind: "extent" })).toThrow("another record");
  });
});
