// Documents that are being exported or imported as files.
import type { TransferProgress } from "../../workers/protocol.ts";
import { useActions, useAppState } from "./app-context.ts";
import { formatBytes, formatTimeLeft } from "./format.ts";
import { Icon } from "./Icon.tsx";
import { ProgressBar } from "./ProgressBar.tsx";

export function TransferList() {
  const transfers = useAppState((state) => state.transfers);
  const list = Object.values(transfers);
  if (list.length === 0) return null;
  return (
    <ul className="transfers" aria-label="Transfers">
      {list.map((transfer) => (
        <Transfer key={transfer.jobId} transfer={transfer} />
      ))}
    </ul>
  );
}

function Transfer({ transfer }: { transfer: TransferProgress }) {
  const { jobId, kind, title, bytes, totalBytes, bytesPerSecond, secondsLeft } = transfer;
  const { cancelTransfer } = useActions();
  const verb = kind === "export" ? "Exporting" : "Adding";
  const done = totalBytes > 0 ? `${formatBytes(bytes)} of ${formatBytes(totalBytes)}` : "Starting";
  return (
    <li className="transfer">
      <p className="transfer-title">
        {verb} “{title}”
      </p>
      <ProgressBar label={`${verb} ${title}`} value={bytes} max={totalBytes} text={done} />
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
          aria-label={`Cancel ${verb.toLowerCase()} ${title}`}
          onClick={() => void cancelTransfer(jobId)}
        >
          <Icon name="close" />
          Cancel
        </button>
      </p>
    </li>
  );
}
