import { describe, expect, test } from "vitest";
import { sourceFromBlob, sourceFromBytes, sourceFromUrl } from "./byte-source.ts";

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);

interface ServerOptions {
  readonly ranges?: boolean;
  readonly etag?: () => string;
  readonly status?: number;
  readonly cut?: number;
}

/** An HTTP server in a function. */
const server =
  ({ ranges = true, etag = () => '"1"', status, cut = 0 }: ServerOptions) =>
  async (_url: string, init: RequestInit): Promise<Response> => {
    if (status !== undefined) return new Response("", { status });
    if (!ranges) return new Response(bytes, { status: 200 });
    const header = new Headers(init.headers).get("range") ?? "";
    const [, start, end] = /bytes=(\d+)-(\d+)/.exec(header)!;
    const from = Number(start);
    const to = Math.min(bytes.length - 1, Number(end));
    return new Response(bytes.slice(from, to + 1 - (from > 0 ? cut : 0)), {
      status: 206,
      headers: { "content-range": `bytes ${from}-${to}/${bytes.length}`, etag: etag() },
    });
  };

const open = (options: ServerOptions) =>
  sourceFromUrl("https://example.org/a/model%20x.gguf", { fetch: server(options) });

describe("byte sources", () => {
  test("memory, blobs and addresses give the same bytes", async () => {
    const sources = [
      sourceFromBytes("m", bytes),
      sourceFromBlob("b", new Blob([bytes])),
      await open({}),
    ];
    for (const source of sources) {
      expect(source.size).toBe(100);
      expect([...(await source.read(10, 5))]).toEqual([10, 11, 12, 13, 14]);
      expect((await source.read(100, 0)).length).toBe(0);
      await expect(source.read(98, 3)).rejects.toMatchObject({ code: "format-invalid" });
      await expect(source.read(-1, 3)).rejects.toMatchObject({ code: "format-invalid" });
    }
    expect(sources[2]!.name).toBe("model x.gguf");
  });

  test("servers without ranges, with errors or with changing files are refused", async () => {
    const failed = { code: "download-failed" };
    await expect(open({ ranges: false })).rejects.toMatchObject(failed);
    await expect(open({ status: 404 })).rejects.toMatchObject(failed);
    let version = 0;
    const changing = await open({ etag: () => `"${version++}"` });
    await expect(changing.read(1, 2)).rejects.toThrow(/changed/);
    const short = await open({ cut: 1 });
    await expect(short.read(1, 5)).rejects.toThrow(/cut off/);
    const unreachable = sourceFromUrl("https://example.org/x", {
      fetch: () => Promise.reject(new TypeError("failed to fetch")),
    });
    await expect(unreachable).rejects.toThrow(/cannot be reached/);
  });
});
