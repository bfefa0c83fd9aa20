// The port that was asked for is taken or refused, never replaced.
import { createServer } from "node:http";
import { afterEach, expect, test, vi } from "vitest";
import { main, servePage } from "./start.mjs";

/** @type {(() => Promise<unknown>)[]} */
const open = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
  vi.restoreAllMocks();
});

/** @returns {Promise<number>} a port of loopback that something listens on */
async function takenPort() {
  const server = createServer();
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(undefined));
  });
  open.push(() => new Promise((resolve) => server.close(resolve)));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the server has no port");
  return bound.port;
}

async function freePort() {
  const port = await takenPort();
  await open.pop()?.();
  return port;
}

test.each(["0", "65536", "-1", "80.5", "http", ""])("--port %s is no port", async (port) => {
  const told = vi.spyOn(console, "error").mockReturnValue();
  expect(await main([`--port=${port}`])).toBe(2);
  expect(told).toHaveBeenCalledWith(expect.stringContaining("from 1 to 65535"));
});

test("a free port that was asked for is the one that is served", async () => {
  const port = await freePort();
  const { server, address } = await servePage(port, true);
  open.push(() => server.close());
  expect(new URL(address).port).toBe(String(port));
}, 30_000);

test("a port in use is refused when it was asked for, and else the next one is taken", async () => {
  const port = await takenPort();
  await expect(servePage(port, true)).rejects.toThrow(String(port));
  const { server, address } = await servePage(port, false);
  open.push(() => server.close());
  expect(Number(new URL(address).port)).toBeGreaterThan(port);
}, 30_000);
