// Storage has run out while a document was read: which other documents to give up for it.
import { useState } from "react";
import type { DocumentSummary } from "../../workers/protocol.ts";
import { useActions, useAppState } from "./app-context.ts";
import { Dialog } from "./Dialog.tsx";
import { formatBytes } from "./format.ts";

export function MakeRoomDialog() {
  const documents = useAppState((state) => state.documents);
  const shortOfSpace = useAppState((state) => state.shortOfSpace);
  const document = documents.find((one) => one.id === shortOfSpace);
  if (!document) return null;
  const others = documents.filter((one) => one.id !== document.id);
  return <Choice key={document.id} document={document} others={others.sort(largestFirst)} />;
}

/** Of equal size the oldest first. */
function largestFirst(a: DocumentSummary, b: DocumentSummary): number {
  return b.bytesOnDisk - a.bytesOnDisk || a.createdAt - b.createdAt;
}

interface ChoiceProps {
  readonly document: DocumentSummary;
  readonly others: readonly DocumentSummary[];
}

function Choice({ document, others }: ChoiceProps) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const { freeSpace, declineSpace } = useActions();
  const freed = others
    .filter(({ id }) => chosen.includes(id))
    .reduce((sum, { bytesOnDisk }) => sum + bytesOnDisk, 0);
  return (
    <Dialog role="alertdialog" title="The storage is full" onClose={declineSpace}>
      <p>
        Reading “{document.title}” has been paused; what was read so far is safe.{" "}
        {others.length > 0
          ? "Choose documents to delete, and reading goes on."
          : "There is no other document to delete: free space on this computer, then resume it."}
      </p>
      {others.length > 0 && (
        <ul className="room" aria-label="Documents to delete">
          {others.map(({ id, title, bytesOnDisk, createdAt }) => (
            <li key={id}>
              <label className="check">
                <input
                  type="checkbox"
                  checked={chosen.includes(id)}
                  onChange={(event) =>
                    setChosen(
                      event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id),
                    )
                  }
                />
                <span className="room-title">{title}</span>
                <span className="detail">
                  {formatBytes(bytesOnDisk)}, added {new Date(createdAt).toLocaleDateString("en")}
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
      <div className="dialog-actions">
        <span className="detail" role="status">
          {chosen.length > 0 && `Frees ${formatBytes(freed)}`}
        </span>
        <button type="button" className="button" onClick={declineSpace}>
          Keep all
        </button>
        <button
          type="button"
          className="button danger"
          disabled={chosen.length === 0}
          onClick={() => void freeSpace(chosen)}
        >
          Delete and go on
        </button>
      </div>
    </Dialog>
  );
}
