// A file behind a link is looked at for a limited time, and nobody waits for a source that hangs.
import { afterEach, expect, test, vi } from "vitest";
import { newDisk, open } from "../store/testing/memory-disk.ts";
import { DocumentTransfers, type OpenedSource } from "./document-transfers.ts";

afterEach(() => void vi.useRealTimers());

async function transfers(): Promise<DocumentTransfers> {
  const repository = await open(newDisk());
  const nothing = () => undefined;
  return new DocumentTransfers(repository, () => 0, nothing, nothing);
}

const settle = async () => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

/** Sends a beginning and no more; notes whether it was given up. */
function silent(beginning: string) {
  const source = { isGivenUp: false };
  let tell = () => {};
  const opened = new Promise<void>((resolve) => (tell = resolve));
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(beginning)),
    cancel: () => {
      source.isGivenUp = true;
    },
  });
  const openSource = () => {
    tell();
    return Promise.resolve({ body });
  };
  return { source, opened, open: openSource };
}

test("a file that does not send its beginning is given up after 30 seconds", async () => {
  const inspector = await transfers();
  vi.useFakeTimers();
  for (const beginning of ["", "LTRIDOC1", "LTRIDOC1\u0010\0\0\0\0\0\0\0{"]) {
    const { source, opened, open: openSource } = silent(beginning);
    let ended: unknown;
    const inspecting = inspector.inspect({ open: openSource }, new AbortController().signal);
    void inspecting.catch((error: unknown) => (ended = error));
    await opened; // parts of the reader are fetched before
    await vi.advanceTimersByTimeAsync(29_900);
    expect(ended).toBeUndefined();
    await vi.advanceTimersByTimeAsync(200);
    await settle();
    expect(ended).toMatchObject({ code: "download-failed" });
    expect((ended as Error).message).toContain("30 seconds");
    expect(source.isGivenUp).toBe(true);
  }
});

test("so is an address that never answers", async () => {
  const inspector = await transfers();
  vi.useFakeTimers();
  let tell = () => {};
  const asked = new Promise<void>((resolve) => (tell = resolve));
  const opening = (signal: AbortSignal) =>
    new Promise<OpenedSource>((_, reject) => {
      tell();
      signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
  let ended: unknown;
  void inspector
    .inspect({ open: opening }, new AbortController().signal)
    .catch((error: unknown) => (ended = error));
  await asked;
  await vi.advanceTimersByTimeAsync(30_100);
  await settle();
  expect(ended).toMatchObject({ code: "download-failed" });
});

test("«Do not add» ends it at once, and the connection with it", async () => {
  const inspector = await transfers();
  const { source, open: openSource } = silent("LTRIDOC1");
  const controller = new AbortController();
  const inspecting = inspector.inspect({ open: openSource }, controller.signal);
  controller.abort();
  await expect(inspecting).rejects.toMatchObject({ code: "cancelled" });
  expect(source.isGivenUp).toBe(true);
});
