import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Sha256 } from "./sha256.ts";

const text = (value: string) => new TextEncoder().encode(value);

test("the standard's own vectors", () => {
  expect(new Sha256().hex()).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  expect(new Sha256().update(text("abc")).hex()).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  const long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  expect(new Sha256().update(text(long)).hex()).toBe(
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  );
});

test("every length around a block, in any pieces, equals Node's digest", () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 131 + (i >> 3)) & 255);
  for (let length = 0; length <= bytes.length; length++) {
    const part = bytes.subarray(0, length);
    const expected = createHash("sha256").update(part).digest("hex");
    const hash = new Sha256();
    for (let at = 0; at < length; at += 1 + (length % 71)) {
      hash.update(part.subarray(at, Math.min(length, at + 1 + (length % 71))));
    }
    expect(hash.hex(), `${length} bytes`).toBe(expected);
  }
});

test("a few megabytes in odd pieces", () => {
  const bytes = new Uint8Array(3_000_001).map((_, i) => (i * 7) ^ (i >> 9));
  const hash = new Sha256();
  for (let at = 0; at < bytes.length; at += 65_537) hash.update(bytes.subarray(at, at + 65_537));
  expect(hash.hex()).toBe(createHash("sha256").update(bytes).digest("hex"));
});
