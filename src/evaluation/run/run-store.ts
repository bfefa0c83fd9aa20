// Benchmark runs and the user's data files in the record store: one record per run, one per finished
// item, written before the next item begins. Damaged results are forgotten and run again; a damaged
// run record is reported by name. Table `benchmarks`: [id, 0, 0] run, [id, 1, item] result,
// [name, 2, 0] data file.

import { EngineError } from "../../engine/errors.ts";
import { openRecord, sealRecord, type EnvelopeAddress } from "../../engine/store/envelope.ts";
import type { RecordStore } from "../../engine/store/types.ts";
import type { BenchmarkRun, ItemResult, PlannedItem } from "../types.ts";

/** What is known of a run before and besides its results. */
export interface RunRecord {
  readonly run: Omit<BenchmarkRun, "results">;
  /** The plan's items; a result is stored under its index here. */
  readonly items: readonly PlannedItem[];
  /** Came from a file: shown, compared, never continued. */
  readonly imported: boolean;
}

export interface StoredRun extends RunRecord {
  /** In the plan's order. */
  readonly results: readonly ItemResult[];
}

export type RunListing =
  | { readonly id: string; readonly record: RunRecord; readonly finished: number }
  | { readonly id: string; readonly record: undefined; readonly damage: string };

const TABLE = "benchmarks";
const RUN = 0;
const RESULT = 1;
const DATA = 2;

export class RunStore {
  readonly #records: RecordStore;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  async create(record: RunRecord, results: readonly ItemResult[] = []): Promise<void> {
    const { id } = record.run;
    const place = indexOfItems(record.items);
    await this.#records.write(
      [
        { put: TABLE, key: [id, RUN, 0], value: sealJson("benchmarkRun", 0, record) },
        ...results.map((result) => resultWrite(id, place, result)),
      ],
      "strict",
    );
  }

  /** Stores one result; `record` is the one given to `create`. */
  async save(record: RunRecord, result: ItemResult): Promise<void> {
    const write = resultWrite(record.run.id, indexOfItems(record.items), result);
    await this.#records.write([write], "strict");
  }

  /** Forgets the results of these items, so that they run again. */
  async forget(record: RunRecord, items: readonly PlannedItem[]): Promise<void> {
    const place = indexOfItems(record.items);
    const keys = items.map(({ id }) => [record.run.id, RESULT, place(id)] as const);
    await this.#records.write(
      keys.map((key) => ({ remove: TABLE, key })),
      "strict",
    );
  }

  /** Newest first. */
  async list(): Promise<RunListing[]> {
    const keys = await this.#records.keys(TABLE, []);
    const finished = new Map<string, number>();
    for (const [id, kind] of keys) {
      if (kind === RESULT) finished.set(id, (finished.get(id) ?? 0) + 1);
    }
    const ids = keys.filter(([, kind]) => kind === RUN).map(([id]) => id);
    const listings = await Promise.all(
      ids.map(async (id): Promise<RunListing> => {
        try {
          return { id, record: await this.#record(id), finished: finished.get(id) ?? 0 };
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          return { id, record: undefined, damage: error.message };
        }
      }),
    );
    const startedAt = (listing: RunListing) => listing.record?.run.startedAt ?? "";
    return listings.sort((a, b) => startedAt(b).localeCompare(startedAt(a)));
  }

  /** Throws `not-found` or `run-damaged`; results that cannot be read are missing. */
  async load(id: string): Promise<StoredRun> {
    const record = await this.#record(id);
    const rows = await this.#records.getAll(TABLE, [id, RESULT]);
    const results = rows.flatMap(([key, value]): ItemResult[] => {
      const index = key[2]!;
      try {
        const result = openJson("benchmarkResult", index, value) as ItemResult;
        // A result under another item's number would be shown in the wrong cell.
        return result.item.id === record.items[index]?.id ? [result] : [];
      } catch (error) {
        if (error instanceof EngineError) return [];
        throw error;
      }
    });
    return { ...record, results };
  }

  async delete(id: string): Promise<void> {
    await this.#records.deleteDocument(id);
  }

  async putData(name: string, bytes: Uint8Array): Promise<void> {
    const address = { kind: "benchmarkData", layer: 0, part: 0 } as const;
    const value = sealRecord(address, bytes);
    await this.#records.write([{ put: TABLE, key: [name, DATA, 0], value }], "strict");
  }

  async dataNames(): Promise<string[]> {
    const keys = await this.#records.keys(TABLE, []);
    return keys.filter(([, kind]) => kind === DATA).map(([name]) => name);
  }

  /** Throws `index-damaged`; undefined when there is no such file. */
  async data(name: string): Promise<Uint8Array | undefined> {
    const record = await this.#records.get(TABLE, [name, DATA, 0]);
    if (!record) return undefined;
    return openRecord(record, { kind: "benchmarkData", layer: 0, part: 0 });
  }

  async #record(id: string): Promise<RunRecord> {
    const value = await this.#records.get(TABLE, [id, RUN, 0]);
    if (!value) throw new EngineError("not-found", `There is no benchmark run "${id}".`);
    return openJson("benchmarkRun", 0, value) as RunRecord;
  }
}

function indexOfItems(items: readonly PlannedItem[]): (id: string) => number {
  const places = new Map(items.map(({ id }, index) => [id, index]));
  return (id) => {
    const index = places.get(id);
    if (index === undefined) throw new Error(`item ${id} is not of this run`);
    return index;
  };
}

function resultWrite(runId: string, place: (id: string) => number, result: ItemResult) {
  const index = place(result.item.id);
  const value = sealJson("benchmarkResult", index, result);
  return { put: TABLE, key: [runId, RESULT, index], value } as const;
}

type JsonKind = Extract<EnvelopeAddress["kind"], "benchmarkRun" | "benchmarkResult">;

function sealJson(kind: JsonKind, part: number, value: unknown): Uint8Array {
  return sealRecord({ kind, layer: 0, part }, new TextEncoder().encode(JSON.stringify(value)));
}

/** The checksum is right, so the JSON is what was written. */
function openJson(kind: JsonKind, part: number, record: Uint8Array): unknown {
  let payload: Uint8Array;
  try {
    payload = openRecord(record, { kind, layer: 0, part });
  } catch (cause) {
    throw new EngineError(
      "run-damaged",
      "A stored record of this benchmark run fails its check. Delete the run and start it again.",
      { cause },
    );
  }
  return JSON.parse(new TextDecoder().decode(payload));
}
