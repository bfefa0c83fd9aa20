// Storage has run out while a document was read: which other documents to give up for it.
import { useState } from "react";
import type { DocumentSummary } from "../../../workers/protocol.ts";
import { useActions, useAppState } from "../app-context.ts";
import { Dialog } from "../Dialog.tsx";
import { formatBytes } from "../format.ts";
import { words } from "../words/index.ts";

export function MakeRoomDialog() {
  const documents = useAppState((state) => state.documents);
  const shortOfSpace = useAppState((state) => state.shortOfSpace);
  const document = documents.find((one) => one.id === shortOfSpace);
  if (!document) return null;
  const others = documents.filter((one) => one.id !== document.id);
  return <Choice key={document.id} document={document} others={others.toSorted(largestFirst)} />;
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
    <Dialog role="alertdialog" title={words.room.title} onClose={declineSpace}>
      <p>
        {words.room.paused(document.title)}{" "}
        {others.length > 0 ? words.room.choose : words.room.none}
      </p>
      {others.length > 0 && (
        <ul className="room" aria-label={words.room.documents}>
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
                  {words.room.added(
                    formatBytes(bytesOnDisk),
                    new Date(createdAt).toLocaleDateString(words.language),
                  )}
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
      <div className="dialog-actions">
        <span className="detail" role="status">
          {chosen.length > 0 && words.room.frees(formatBytes(freed))}
        </span>
        <button type="button" className="button" onClick={declineSpace}>
          {words.room.keepAll}
        </button>
        <button
          type="button"
          className="button danger"
          disabled={chosen.length === 0}
          onClick={() => void freeSpace(chosen)}
        >
          {words.room.deleteAndGoOn}
        </button>
      </div>
    </Dialog>
  );
}
