// What can be done with several documents at once.
import { useState } from "react";
import { useActions, useAppState } from "../app-context.ts";
import { Menu, MenuItem } from "../Menu.tsx";
import { words } from "../words/index.ts";
import { TitleForm } from "./RenameForm.tsx";

interface SelectionBarProps {
  readonly ticked: readonly string[];
  readonly onDone: () => void;
}

export function SelectionBar({ ticked, onDone }: SelectionBarProps) {
  const collections = useAppState((state) => state.collections);
  const mayAsk = useAppState(
    (state) =>
      ticked.length > 1 &&
      ticked.every((id) => state.documents.find((one) => one.id === id)?.state === "complete"),
  );
  const [naming, setNaming] = useState(false);
  const { askTogether, addToCollection, createCollection, remove } = useActions();
  const { library } = words;
  return (
    <div className="selection-bar" role="group" aria-label={library.select}>
      <span className="detail" role="status">
        {library.selected(String(ticked.length))}
      </span>
      <button
        type="button"
        className="button"
        disabled={!mayAsk}
        onClick={() => {
          askTogether(ticked);
          onDone();
        }}
      >
        {library.askTogether}
      </button>
      <Menu icon="library" label={library.addToCollection}>
        {collections.map(({ id, name }) => (
          <MenuItem
            key={id}
            icon="library"
            disabled={ticked.length === 0}
            onClick={() => {
              addToCollection(id, ticked);
              onDone();
            }}
          >
            {library.addTo(name)}
          </MenuItem>
        ))}
        <MenuItem icon="add" disabled={ticked.length === 0} onClick={() => setNaming(true)}>
          {library.newCollection}
        </MenuItem>
      </Menu>
      <button
        type="button"
        className="button danger"
        disabled={ticked.length === 0}
        onClick={() => {
          for (const id of ticked) void remove(id);
          onDone();
        }}
      >
        {library.deleteSelected}
      </button>
      {naming && (
        <TitleForm
          label={library.collectionName}
          title=""
          onSave={(name) => {
            createCollection(name, ticked);
            onDone();
          }}
          onClose={() => setNaming(false)}
        />
      )}
    </div>
  );
}
