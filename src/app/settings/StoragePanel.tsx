// Exact bytes: where the engine's memory goes, and what the library takes on disk.
import type { MemoryLedger } from "../../../workers/protocol.ts";
import { useActions, useAppState } from "../app-context.ts";
import { formatBytes, formatExactBytes } from "../format.ts";
import { ProgressBar } from "../ProgressBar.tsx";
import { words } from "../words/index.ts";

export function StoragePanel() {
  const storage = useAppState((state) => state.storage);
  const ledger = useAppState((state) => state.ledger);
  const { protectStorage } = useActions();
  return (
    <section className="panel" aria-labelledby="storage-heading">
      <h2 id="storage-heading">{words.storage.title}</h2>
      {storage ? (
        <>
          <ProgressBar
            label={words.storage.used}
            value={storage.usedBytes}
            max={storage.quotaBytes}
            text={words.storage.of(formatBytes(storage.usedBytes), formatBytes(storage.quotaBytes))}
          />
          <p className="facts">
            <span>
              {words.storage.usedOf(
                formatBytes(storage.usedBytes),
                formatBytes(storage.quotaBytes),
              )}
            </span>
            <span>{words.storage.backends[storage.backend]}</span>
          </p>
          {storage.persisted ? (
            <p className="detail">{words.storage.protected}</p>
          ) : (
            <p className="detail">
              {words.storage.unprotected}{" "}
              <button type="button" className="link" onClick={() => void protectStorage()}>
                {words.storage.protect}
              </button>
            </p>
          )}
        </>
      ) : (
        <p className="empty">{words.storage.unknown}</p>
      )}
      {ledger && <LedgerTable ledger={ledger} />}
    </section>
  );
}

function LedgerTable({ ledger }: { ledger: MemoryLedger }) {
  const { gpu } = ledger;
  const total = Object.values(gpu).reduce((sum, bytes) => sum + bytes, 0);
  const names = words.storage.rows;
  const parts = ["weights", "kv-pool", "activations", "index", "staging"] as const;
  return (
    <table className="ledger" aria-label={words.storage.ledger}>
      <caption>{words.storage.ledger}</caption>
      <thead>
        <tr>
          <th scope="col">{words.storage.part}</th>
          <th scope="col">{words.storage.bytes}</th>
        </tr>
      </thead>
      <tbody>
        {parts.map((id) => (
          <tr key={id} data-ledger={id}>
            <th scope="row">{names[id]}</th>
            <td>{formatExactBytes(gpu[id])}</td>
          </tr>
        ))}
        <tr className="sum" data-ledger="gpu">
          <th scope="row">{names.gpu}</th>
          <td>{formatExactBytes(total)}</td>
        </tr>
        <tr data-ledger="ram-cache">
          <th scope="row">{names["ram-cache"]}</th>
          <td>{formatExactBytes(ledger.ramCacheBytes)}</td>
        </tr>
        <tr data-ledger="disk">
          <th scope="row">{names.disk}</th>
          <td>{formatExactBytes(ledger.diskBytes)}</td>
        </tr>
      </tbody>
    </table>
  );
}
