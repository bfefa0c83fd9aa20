// Three ways in: files, pasted text, the sample book. (Dropping files is DropTarget's.)
import { useRef, useState } from "react";
import { useActions, useAppState } from "./app-context.ts";
import { addFiles, ACCEPTED_FILES } from "./add-files.ts";
import { Icon } from "./Icon.tsx";
import { ImportProgress } from "./ImportProgress.tsx";
import { PasteDialog } from "./PasteDialog.tsx";

export function AddDocument() {
  const picker = useRef<HTMLInputElement>(null);
  const [pasting, setPasting] = useState(false);
  const adding = useAppState((state) => state.adding || state.importing !== null);
  const actions = useActions();
  return (
    <div className="add-document">
      <div className="button-row">
        <button
          type="button"
          className="button"
          disabled={adding}
          onClick={() => picker.current?.click()}
        >
          <Icon name="file" />
          Open a file
        </button>
        <button type="button" className="button" disabled={adding} onClick={() => setPasting(true)}>
          <Icon name="paste" />
          Paste text
        </button>
      </div>
      <button
        type="button"
        className="button sample"
        disabled={adding}
        onClick={() => void actions.addSampleBook()}
      >
        <Icon name="book" />
        <span>
          Add the sample book
          <small>Treasure Island, R. L. Stevenson</small>
        </span>
      </button>
      <input
        ref={picker}
        type="file"
        className="visually-hidden"
        aria-label="Document file"
        accept={ACCEPTED_FILES}
        multiple
        tabIndex={-1}
        onChange={(event) => {
          addFiles(actions, [...(event.target.files ?? [])]);
          event.target.value = ""; // so that the same file can be picked twice
        }}
      />
      <ImportProgress />
      {pasting && <PasteDialog onClose={() => setPasting(false)} />}
    </div>
  );
}
