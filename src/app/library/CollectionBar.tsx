// Which collection is shown and asked; nothing while there is none.
import { useState } from "react";
import { openCollection } from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { Menu, MenuItem } from "../Menu.tsx";
import { words } from "../words/index.ts";
import { TitleForm } from "./RenameForm.tsx";

export function CollectionBar() {
  const collections = useAppState((state) => state.collections);
  const shown = useAppState(openCollection);
  const [renaming, setRenaming] = useState(false);
  const actions = useActions();
  const { library } = words;
  if (collections.length === 0) return null;
  if (renaming && shown) {
    return (
      <TitleForm
        label={library.collectionName}
        title={shown.name}
        onSave={(name) => actions.renameCollection(shown.id, name)}
        onClose={() => setRenaming(false)}
      />
    );
  }
  return (
    <div className="collection-bar">
      <select
        aria-label={library.collection}
        value={shown?.id ?? ""}
        onChange={(event) => actions.openCollection(event.target.value || null)}
      >
        <option value="">{library.wholeLibrary}</option>
        {collections.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      {shown && (
        <Menu icon="more" label={library.collectionActions}>
          <MenuItem icon="edit" onClick={() => setRenaming(true)}>
            {library.renameCollection}
          </MenuItem>
          <MenuItem icon="trash" onClick={() => actions.deleteCollection(shown.id)}>
            {library.deleteCollection}
          </MenuItem>
        </Menu>
      )}
    </div>
  );
}
