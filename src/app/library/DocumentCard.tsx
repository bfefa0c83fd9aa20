// One document of the library: title and state in two lines, its progress, its actions in a menu.
import { useState } from "react";
import { useShallow } from "zustand/shallow";
import type { DocumentSummary } from "../../../workers/protocol.ts";
import { openCollection } from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { Dialog } from "../Dialog.tsx";
import { IconButton } from "../IconButton.tsx";
import { Menu, MenuItem } from "../Menu.tsx";
import { problemOf } from "../problems.ts";
import { ProgressBar } from "../ProgressBar.tsx";
import { words } from "../words/index.ts";
import {
  describeEstimate,
  estimateFor,
  isBeingRead,
  pagesOf,
  readingFacts,
} from "./reading-facts.ts";
import { RenameForm } from "./RenameForm.tsx";
import { EngineSentence } from "../EngineSentence.tsx";

interface DocumentCardProps {
  readonly document: DocumentSummary;
  /** Null while no documents are being selected. */
  readonly ticked: boolean | null;
  readonly onTick: (ticked: boolean) => void;
  readonly onOpen: () => void;
}

export function DocumentCard({ document, ticked, onTick, onOpen }: DocumentCardProps) {
  const isOpen = useAppState((state) => state.selectedId === document.id);
  const hasModel = useAppState((state) => state.model.phase === "ready");
  const [renaming, setRenaming] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const actions = useActions();
  const { id, title, state } = document;
  const isUnfinished = state === "queued" || state === "ingesting" || state === "paused";
  const isUnusable = state === "stale" || state === "damaged";
  if (renaming) {
    return (
      <li className="document" data-state={state}>
        <RenameForm title={title} documentId={id} onClose={() => setRenaming(false)} />
      </li>
    );
  }
  return (
    <li className="document" data-state={state} data-selected={isOpen || undefined}>
      <div className="document-head">
        {ticked !== null && (
          <input
            type="checkbox"
            checked={ticked}
            aria-label={words.library.selectDocument(title)}
            onChange={(event) => onTick(event.target.checked)}
          />
        )}
        <button
          type="button"
          className="document-title"
          dir="auto"
          aria-current={isOpen ? "true" : undefined}
          onClick={() => {
            actions.select(id);
            onOpen();
          }}
        >
          {title}
        </button>
        <div className="document-buttons">
          {(state === "ingesting" || state === "queued") && (
            <IconButton
              icon="pause"
              label={`${words.library.pause} ${title}`}
              onClick={() => void actions.pause(id)}
            />
          )}
          {state === "paused" && (
            <IconButton
              icon="play"
              label={`${words.library.resume} ${title}`}
              onClick={() => void actions.resume(id)}
            />
          )}
          <CardMenu
            document={document}
            isUnfinished={isUnfinished}
            onRename={() => setRenaming(true)}
            onDelete={() => setDeleting(true)}
          />
        </div>
      </div>
      <Facts document={document} />
      {document.problem && (
        <details className="card-problem" data-code={document.problem.code}>
          <summary>{problemOf(document.problem.code).title}</summary>
          <p>{problemOf(document.problem.code).advice}</p>
          <p className="detail">
            <EngineSentence said={document.problem.message} />
          </p>
        </details>
      )}
      {state === "unread" && hasModel && (
        <button type="button" className="button" onClick={() => void actions.resume(id)}>
          {words.library.readHere}
        </button>
      )}
      {isUnusable && (
        <button type="button" className="button" onClick={() => void actions.readAgain(id)}>
          {words.common.readAgain}
        </button>
      )}
      {document.problem?.code === "quota-exceeded" && (
        <button type="button" className="button" onClick={() => actions.makeRoom(id)}>
          {words.library.chooseWhatToDelete}
        </button>
      )}
      {deleting && (
        <DeleteDialog
          document={document}
          isUnfinished={isUnfinished}
          onClose={() => setDeleting(false)}
        />
      )}
    </li>
  );
}

interface CardMenuProps {
  readonly document: DocumentSummary;
  readonly isUnfinished: boolean;
  readonly onRename: () => void;
  readonly onDelete: () => void;
}

function CardMenu({ document, isUnfinished, onRename, onDelete }: CardMenuProps) {
  const { id, title, state } = document;
  const { exportDocument, removeFromCollection } = useActions();
  const collection = useAppState(openCollection);
  const exporting = useAppState((app) =>
    Object.values(app.transfers).some((one) => one.kind === "export" && one.title === title),
  );
  return (
    <Menu icon="more" label={words.library.actionsFor(title)}>
      <MenuItem icon="edit" label={`${words.library.rename} ${title}`} onClick={onRename}>
        {words.library.rename}
      </MenuItem>
      {state === "complete" && (
        <MenuItem
          icon="export"
          label={`${words.library.export} ${title}`}
          disabled={exporting}
          onClick={() => void exportDocument(id)}
        >
          {words.library.export}
        </MenuItem>
      )}
      {collection && (
        <MenuItem icon="close" onClick={() => removeFromCollection(collection.id, id)}>
          {words.library.removeFromCollection}
        </MenuItem>
      )}
      {isUnfinished && (
        <MenuItem icon="stop" label={`${words.library.cancelReading} ${title}`} onClick={onDelete}>
          {words.library.cancelReading}
        </MenuItem>
      )}
      {!isUnfinished && state !== "elsewhere" && (
        <MenuItem icon="trash" label={`${words.library.delete} ${title}`} onClick={onDelete}>
          {words.library.delete}
        </MenuItem>
      )}
    </Menu>
  );
}

function Facts({ document }: { document: DocumentSummary }) {
  const { state } = document;
  const facts = useAppState(useShallow((app) => readingFacts(app, document)));
  const estimate = useAppState((app) =>
    state === "queued" ? describeEstimate(estimateFor(app, document.characters)) : "",
  );
  if (!isBeingRead(state)) {
    return (
      <p className="facts">
        <span>{pagesOf(document.characters)}</span>
        <span className="state">{words.library.states[state]}</span>
      </p>
    );
  }
  return (
    <>
      <ProgressBar
        label={words.library.reading(document.title)}
        value={facts.tokens}
        max={facts.total}
        text={facts.counted}
      />
      <p className="facts">
        <span className="state">
          {words.library.states[state]} {state === "queued" ? "" : facts.percent}
        </span>
        {state !== "queued" && <span>{facts.counted}</span>}
        {facts.rate && <span>{facts.rate}</span>}
        {facts.left && <span>{facts.left}</span>}
        {estimate && <span>{estimate}</span>}
      </p>
    </>
  );
}

interface DeleteDialogProps {
  readonly document: DocumentSummary;
  readonly isUnfinished: boolean;
  readonly onClose: () => void;
}

function DeleteDialog({ document, isUnfinished, onClose }: DeleteDialogProps) {
  const { remove } = useActions();
  const { library } = words;
  const { id, title } = document;
  return (
    <Dialog
      role="alertdialog"
      title={isUnfinished ? library.cancelTitle : library.deleteTitle}
      onClose={onClose}
    >
      <p>{isUnfinished ? library.cancelText(title) : library.deleteText(title)}</p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          {isUnfinished ? library.keepReading : library.keepDocument}
        </button>
        <button
          type="button"
          className="button danger"
          onClick={() => {
            onClose();
            void remove(id);
          }}
        >
          {isUnfinished ? library.stopReading : library.deleteDocument}
        </button>
      </div>
    </Dialog>
  );
}
