import { describe, expect, test } from "vitest";
import { collectBlob, requireFileAddress } from "./document-files.ts";

const ORIGIN = "http://192.0.2.7:8080";

describe("the address of a document file", () => {
  test.each([
    "https://example.org/a/book.ltri",
    "https://example.org/book?id=7",
    "http://192.0.2.7:8080/library/book.ltri",
    "http://localhost:9000/book.ltri",
    "http://127.0.0.1/book.ltri",
  ])("%s is fetched", (address) => {
    expect(requireFileAddress(address, ORIGIN).href).toBe(address);
  });

  test.each([
    "http://example.org/book.ltri",
    "http://192.0.2.7/book.ltri", // another port is another origin
    "https://user:secret@example.org/book.ltri",
    "javascript:alert(1)",
    "data:application/octet-stream,LTRIDOC1",
    "file:///etc/passwd",
    "book.ltri",
    "",
  ])("%s is refused", (address) => {
    expect(() => requireFileAddress(address, ORIGIN)).toThrow(
      expect.objectContaining({ code: "format-unsupported" }) as Error,
    );
  });

  test("is the same one with and without a fragment", () => {
    expect(requireFileAddress("https://example.org/b.ltri#top", ORIGIN).href).toBe(
      "https://example.org/b.ltri",
    );
  });
});

test("a collected Blob holds the chunks in order, not views of their buffers", async () => {
  const chunk = new Uint8Array(3 * 1024 * 1024);
  const blob = await collectBlob(async (write) => {
    for (let i = 1; i <= 7; i++) await write(chunk.fill(i));
  });
  expect(blob.size).toBe(7 * chunk.length);
  for (let i = 1; i <= 7; i++) {
    const piece = blob.slice((i - 1) * chunk.length, i * chunk.length);
    const bytes = new Uint8Array(await piece.arrayBuffer());
    expect(bytes.every((byte) => byte === i)).toBe(true);
  }
});
