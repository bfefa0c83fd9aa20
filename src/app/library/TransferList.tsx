// Documents that are being exported or imported as files.
import type { TransferProgress } from "../../../workers/protocol.ts";
import { useActions, useAppState } from "../app-context.ts";
import { formatBytes, formatTimeLeft } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { ProgressBar } from "../ProgressBar.tsx";
import { words } from "../words/index.ts";

export function TransferList() {
  const transfers = useAppState((state) => state.transfers);
  const list = Object.values(transfers);
  if (list.length === 0) return null;
  return (
    <ul className="transfers" aria-label={words.library.transfers}>
      {list.map((transfer) => (
        <Transfer key={transfer.jobId} transfer={transfer} />
      ))}
    </ul>
  );
}

function Transfer({ transfer }: { transfer: TransferProgress }) {
  const { jobId, kind, title, bytes, totalBytes, bytesPerSecond, secondsLeft } = transfer;
  const { cancelTransfer } = useActions();
  const { library } = words;
  const doing = kind === "export" ? library.exporting(title) : library.adding(title);
  const done =
    totalBytes > 0 ? library.doneOf(formatBytes(bytes), formatBytes(totalBytes)) : library.starting;
  return (
    <li className="transfer">
      <p className="transfer-title">{doing}</p>
      <ProgressBar label={doing} value={bytes} max={totalBytes} text={done} />
      <p className="facts">
        <span>{done}</span>
        {bytesPerSecond > 0 && (
          <>
            <span>{formatBytes(bytesPerSecond)}/s</span>
            <span>{formatTimeLeft(secondsLeft)}</span>
          </>
        )}
        <button
          type="button"
          className="quiet"
          aria-label={
            kind === "export" ? library.cancelExporting(title) : library.cancelAdding(title)
          }
          onClick={() => void cancelTransfer(jobId)}
        >
          <Icon name="close" />
          {words.common.cancel}
        </button>
      </p>
    </li>
  );
}
