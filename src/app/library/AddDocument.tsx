// The ways in: files and folders, pasted text, a web page, the sample book. (Dropping is DropTarget's.)
import { type ChangeEvent, useRef } from "react";
import { useActions, useAppState } from "../app-context.ts";
import { Icon } from "../Icon.tsx";
import { Menu, MenuItem } from "../Menu.tsx";
import { openDialog } from "../open-dialog.ts";
import { words } from "../words/index.ts";
import { ACCEPTED_FILES, addFiles, withoutHidden } from "./add-files.ts";
import { ImportProgress } from "./ImportProgress.tsx";

export function AddDocument() {
  const picker = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const adding = useAppState((state) => state.adding);
  const isEmpty = useAppState((state) => state.documentsKnown && state.documents.length === 0);
  const awaiting = useAppState((state) => state.awaitingModel);
  const actions = useActions();
  const take = ({ target }: ChangeEvent<HTMLInputElement>) => {
    addFiles(actions, withoutHidden([...(target.files ?? [])]));
    target.value = ""; // so that the same file can be picked twice
  };
  const addSample = () => void actions.addSampleBook();
  return (
    <div className="add-document">
      <div className="button-row">
        <button type="button" className="button" onClick={() => picker.current?.click()}>
          <Icon name="file" />
          {words.library.openFile}
        </button>
        <button type="button" className="button" onClick={() => actions.paste({ isOpen: true })}>
          <Icon name="paste" />
          {words.library.pasteText}
        </button>
        <Menu icon="add" label={words.library.moreWays}>
          <MenuItem icon="folder" onClick={() => folder.current?.click()}>
            {words.library.openFolder}
          </MenuItem>
          <MenuItem icon="web" onClick={() => openDialog("web-page")}>
            {words.library.webPage}
          </MenuItem>
          {!isEmpty && (
            <MenuItem icon="book" disabled={adding} onClick={addSample}>
              {words.library.sample}
            </MenuItem>
          )}
        </Menu>
      </div>
      {isEmpty && (
        <button type="button" className="button sample" disabled={adding} onClick={addSample}>
          <Icon name="book" />
          <span>
            {words.library.sample}
            <small>{words.library.sampleTitle}</small>
          </span>
        </button>
      )}
      <input
        ref={picker}
        type="file"
        hidden
        aria-label={words.library.fileInput}
        accept={ACCEPTED_FILES}
        multiple
        onChange={take}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label={words.library.folderInput}
        multiple
        webkitdirectory=""
        onChange={take}
      />
      <ImportProgress />
      <div role="status" aria-label={words.library.beingAdded}>
        {adding && awaiting.length === 0 && <p className="detail">{words.library.storingText}</p>}
        {awaiting.map((title, at) => (
          <p key={at} className="detail">
            {words.library.addedWhenLoaded(title)}
          </p>
        ))}
      </div>
    </div>
  );
}

declare module "react" {
  interface InputHTMLAttributes<T> {
    /** Not in React's types, though every browser has it. */
    webkitdirectory?: T extends unknown ? string : never;
  }
}
