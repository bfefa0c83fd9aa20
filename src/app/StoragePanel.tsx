// Exact bytes: where the engine's memory goes, and what the library takes on disk.
import type { MemoryLedger } from "../../workers/protocol.ts";
import { useActions, useAppState } from "./app-context.ts";
import { formatBytes, formatExactBytes } from "./format.ts";
import { ProgressBar } from "./ProgressBar.tsx";

const BACKENDS = {
  opfs: "private file system",
  indexeddb: "IndexedDB",
  memory: "memory only: nothing is kept after closing",
} as const;

export function StoragePanel() {
  const storage = useAppState((state) => state.storage);
  const ledger = useAppState((state) => state.ledger);
  const { protectStorage } = useActions();
  return (
    <section className="panel" aria-labelledby="storage-heading">
      <h2 id="storage-heading">Storage</h2>
      {storage ? (
        <>
          <ProgressBar
            label="Storage used"
            value={storage.usedBytes}
            max={storage.quotaBytes}
            text={`${formatBytes(storage.usedBytes)} of ${formatBytes(storage.quotaBytes)}`}
          />
          <p className="facts">
            <span>
              {formatBytes(storage.usedBytes)} used of {formatBytes(storage.quotaBytes)}
            </span>
            <span>{BACKENDS[storage.backend]}</span>
          </p>
          {storage.persisted ? (
            <p className="detail">The browser protects this library from clean-up.</p>
          ) : (
            <p className="detail">
              The browser may clear this library when space runs low.{" "}
              <button type="button" className="link" onClick={() => void protectStorage()}>
                Protect it
              </button>
            </p>
          )}
        </>
      ) : (
        <p className="empty">Storage has not been measured yet.</p>
      )}
      {ledger && <LedgerTable ledger={ledger} />}
    </section>
  );
}

function LedgerTable({ ledger }: { ledger: MemoryLedger }) {
  const { gpu } = ledger;
  const total = Object.values(gpu).reduce((sum, bytes) => sum + bytes, 0);
  const rows: readonly (readonly [id: string, label: string, bytes: number])[] = [
    ["weights", "Weights", gpu.weights],
    ["kv-pool", "KV pool", gpu["kv-pool"]],
    ["activations", "Activations", gpu.activations],
    ["index", "Span index", gpu.index],
    ["staging", "Staging", gpu.staging],
  ];
  return (
    <table className="ledger" aria-label="Byte ledger">
      <caption>Byte ledger</caption>
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col">Bytes</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([id, label, bytes]) => (
          <tr key={id} data-ledger={id}>
            <th scope="row">{label}</th>
            <td>{formatExactBytes(bytes)}</td>
          </tr>
        ))}
        <tr className="sum" data-ledger="gpu">
          <th scope="row">Graphics memory</th>
          <td>{formatExactBytes(total)}</td>
        </tr>
        <tr data-ledger="ram-cache">
          <th scope="row">Cache in memory</th>
          <td>{formatExactBytes(ledger.ramCacheBytes)}</td>
        </tr>
        <tr data-ledger="disk">
          <th scope="row">On disk</th>
          <td>{formatExactBytes(ledger.diskBytes)}</td>
        </tr>
      </tbody>
    </table>
  );
}
