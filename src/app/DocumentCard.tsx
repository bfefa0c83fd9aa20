// One document of the library: its state, progress and actions.
import { useState } from "react";
import type { DocumentSummary } from "../../workers/protocol.ts";
import { useActions, useAppState } from "./app-context.ts";
import { Dialog } from "./Dialog.tsx";
import { formatBytes, formatCount, formatRate, formatTimeLeft } from "./format.ts";
import { ItemButton } from "./ItemButton.tsx";
import { ProblemCard } from "./ProblemCard.tsx";
import { ProgressBar } from "./ProgressBar.tsx";
import { RenameForm } from "./RenameForm.tsx";

interface DocumentCardProps {
  readonly document: DocumentSummary;
  readonly onOpen: () => void;
}

const STATE_LABELS: Record<DocumentSummary["state"], string> = {
  queued: "Waiting",
  ingesting: "Reading",
  elsewhere: "In another tab",
  paused: "Paused",
  complete: "Ready",
  stale: "Out of date",
  damaged: "Damaged",
};

export function DocumentCard({ document, onOpen }: DocumentCardProps) {
  const selected = useAppState((state) => state.selectedId === document.id);
  const [renaming, setRenaming] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const joined = useAppState((app) => app.together.includes(document.id));
  const mayJoin = useAppState(
    (app) =>
      document.state === "complete" &&
      app.documents.filter((one) => one.state === "complete").length > 1,
  );
  const exporting = useAppState((app) =>
    Object.values(app.transfers).some(
      (one) => one.kind === "export" && one.title === document.title,
    ),
  );
  const actions = useActions();
  const { id, title, state } = document;
  const isElsewhere = state === "elsewhere";
  const unfinished = state === "queued" || state === "ingesting" || state === "paused";
  return (
    <li className="document" data-state={state} data-selected={selected || undefined}>
      {renaming ? (
        <RenameForm title={title} documentId={id} onClose={() => setRenaming(false)} />
      ) : (
        <div className="document-head">
          <button
            type="button"
            className="document-title"
            aria-current={selected ? "true" : undefined}
            onClick={() => {
              actions.select(id);
              onOpen();
            }}
          >
            {title}
          </button>
          <span className="badge" data-state={state}>
            {STATE_LABELS[state]}
          </span>
        </div>
      )}
      {unfinished || isElsewhere ? <Reading document={document} /> : <Facts document={document} />}
      {document.problem && (
        <ProblemCard
          error={document.problem}
          {...(state === "stale" || state === "damaged"
            ? { onReadAgain: () => void actions.readAgain(id) }
            : {})}
        >
          {document.problem.code === "quota-exceeded" && (
            <button type="button" className="button" onClick={() => actions.makeRoom(id)}>
              Choose what to delete
            </button>
          )}
        </ProblemCard>
      )}
      {mayJoin && (
        <label className="check">
          <input
            type="checkbox"
            checked={joined}
            aria-label={`Ask ${title} together with others`}
            onChange={(event) => actions.askTogether(id, event.target.checked)}
          />
          Ask together with others
        </label>
      )}
      <div className="document-actions">
        {(state === "ingesting" || state === "queued") && (
          <ItemButton icon="pause" label={`Pause ${title}`} onClick={() => void actions.pause(id)}>
            Pause
          </ItemButton>
        )}
        {state === "paused" && (
          <ItemButton icon="play" label={`Resume ${title}`} onClick={() => void actions.resume(id)}>
            Resume
          </ItemButton>
        )}
        {(state === "stale" || state === "damaged") && !document.problem && (
          <ItemButton
            icon="retry"
            label={`Read again ${title}`}
            onClick={() => void actions.readAgain(id)}
          >
            Read again
          </ItemButton>
        )}
        {unfinished && (
          <ItemButton
            icon="close"
            label={`Cancel reading ${title}`}
            onClick={() => setDeleting(true)}
          >
            Cancel
          </ItemButton>
        )}
        {state === "complete" && (
          <ItemButton
            icon="export"
            label={`Export ${title}`}
            disabled={exporting}
            onClick={() => void actions.exportDocument(id)}
          >
            Export
          </ItemButton>
        )}
        <ItemButton icon="edit" label={`Rename ${title}`} onClick={() => setRenaming(true)}>
          Rename
        </ItemButton>
        {!unfinished && !isElsewhere && (
          <ItemButton icon="trash" label={`Delete ${title}`} onClick={() => setDeleting(true)}>
            Delete
          </ItemButton>
        )}
      </div>
      {deleting && (
        <Dialog
          role="alertdialog"
          title={unfinished ? "Cancel reading?" : "Delete document?"}
          onClose={() => setDeleting(false)}
        >
          <p>
            “{title}”, its index and its questions will be removed from this computer. To read it
            again you need the original text.
          </p>
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => setDeleting(false)}>
              Keep document
            </button>
            <button
              type="button"
              className="button danger"
              onClick={() => {
                setDeleting(false);
                void actions.remove(id);
              }}
            >
              Delete document
            </button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

function Reading({ document }: { document: DocumentSummary }) {
  const progress = useAppState((state) => state.progress[document.id]);
  const tokens = progress?.tokens ?? document.ingestedTokens;
  const total = progress?.totalTokens ?? document.tokens;
  const counted = `${formatCount(tokens)} of ${formatCount(total)} tokens`;
  return (
    <>
      <ProgressBar label={`Reading ${document.title}`} value={tokens} max={total} text={counted} />
      <p className="facts">
        <span>{counted}</span>
        {document.state === "ingesting" && progress && (
          <>
            <span>{formatRate(progress.tokensPerSecond, "tokens")}</span>
            <span>{formatTimeLeft(progress.secondsLeft)}</span>
          </>
        )}
        {document.state === "paused" && (
          <span>{formatCount(document.committedTokens)} stored safely</span>
        )}
      </p>
    </>
  );
}

function Facts({ document }: { document: DocumentSummary }) {
  return (
    <p className="facts">
      <span>{formatCount(document.tokens)} tokens</span>
      <span>{formatCount(document.spans)} spans</span>
      <span>{formatBytes(document.bytesOnDisk)} stored</span>
    </p>
  );
}
