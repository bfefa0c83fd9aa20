// The storage worker of the store tests: the contract suite, a document across reloads and kills, and
// the rates, all on the browser's real IndexedDB and OPFS.
import { DocumentRepository } from "../../src/engine/store/repository.ts";
import { STORE_CONTRACT, type Backends } from "../../src/engine/store/testing/contract.ts";
import { SampleStream } from "../../src/engine/store/testing/sample-stream.ts";
import { openBrowserStores } from "../../workers/storage/browser-stores.ts";

type Extents = "opfs" | "indexeddb";

async function openCase(name: string, extents: Extents): Promise<Backends> {
  const stores = await openBrowserStores(name, extents);
  return {
    records: stores.records,
    extents: stores.extents,
    async reopen() {
      stores.records.close();
      return openCase(name, extents);
    },
  };
}

/** One line per case: its title, and what went wrong if anything did. */
async function contract(extents: Extents): Promise<string[]> {
  const lines: string[] = [];
  for (const [i, item] of STORE_CONTRACT.entries()) {
    try {
      const backends = await openCase(`contract-${extents}-${i}`, extents);
      await item.run(backends);
      lines.push(`ok: ${item.title}`);
    } catch (error) {
      lines.push(`failed: ${item.title}: ${String(error)}`);
    }
  }
  return lines;
}

interface Repository {
  readonly repository: DocumentRepository;
  readonly stream: SampleStream;
}

async function openRepository(extents: Extents): Promise<Repository> {
  const { records, extents: bytes, lock } = await openBrowserStores(`library-${extents}`, extents);
  const repository = await DocumentRepository.open({
    records,
    extents: bytes,
    lock,
    cacheBytes: 1e6,
    now: () => 1,
    newId: () => "doc",
    writeBytes: 8_000,
  });
  return { repository, stream: new SampleStream(3000) };
}

/** Verifies what is stored; returns the tokens committed, −1 for no document. */
async function inspect(
  extents: Extents,
): Promise<{ tokens: number; state: string; bytes: number }> {
  const { repository, stream } = await openRepository(extents);
  if ((await repository.list()).length === 0) return { tokens: -1, state: "none", bytes: 0 };
  const { tokensCommitted, state } = await repository.open("doc");
  const reader = await repository.openReader("doc");
  await stream.verify(reader, tokensCommitted);
  await reader.close();
  const bytes = await repository.bytesOnDisk("doc");
  await repository.close();
  return { tokens: tokensCommitted, state, bytes };
}

/** Reads on from the last commit to the end, round after round; the test kills it at some point. */
async function ingest({ extents, until }: { extents: Extents; until?: number }): Promise<string> {
  const { repository, stream } = await openRepository(extents);
  if ((await repository.list()).length === 0) await repository.create(stream.document);
  const writer = await repository.openWriter("doc").catch((error: unknown) => error as Error);
  if (writer instanceof Error) return (writer as Error & { code?: string }).code ?? String(writer);
  await stream.ingest(writer, until);
  if (until !== undefined) return "left open";
  await writer.close();
  await repository.close();
  return "finished";
}

async function remove(extents: Extents): Promise<number> {
  const { repository } = await openRepository(extents);
  await repository.delete("doc");
  return (await repository.list()).length;
}

/** MB/s for 64 MiB in extents of 256 KiB: appended with a flush, then read at random. */
async function rates(extents: Extents): Promise<{ write: number; read: number }> {
  const { records, extents: bytes } = await openBrowserStores(`rates-${extents}`, extents);
  const block = new Uint8Array(4 * 1024 * 1024).map((_, i) => i * 7);
  const begin = performance.now();
  for (let i = 0; i < 16; i++) await bytes.append("file", block);
  await bytes.flush("file");
  const written = performance.now();
  for (let i = 0; i < 256; i++) await bytes.read("file", ((i * 97) % 256) * 262_144, 262_144);
  const end = performance.now();
  await bytes.delete("file");
  records.close();
  const perSecond = (ms: number) => Math.round((64 * 1.048576 * 1000) / ms);
  return { write: perSecond(written - begin), read: perSecond(end - written) };
}

const tasks = { contract, inspect, ingest, remove, rates } as unknown as Record<
  string,
  (argument: unknown) => Promise<unknown>
>;

self.onmessage = ({ data, ports }: MessageEvent<{ task: string; argument: unknown }>) => {
  tasks[data.task]!(data.argument).then(
    (value) => ports[0]!.postMessage({ value }),
    (error: unknown) => ports[0]!.postMessage({ error: String(error) }),
  );
};
