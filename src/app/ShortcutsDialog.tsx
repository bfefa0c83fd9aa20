import { Dialog } from "./Dialog.tsx";
import { closeDialog } from "./open-dialog.ts";
import { words } from "./words/index.ts";

export function ShortcutsDialog() {
  const { shortcuts } = words;
  const rows: readonly (readonly [keys: string, what: string])[] = [
    ["/", shortcuts.ask],
    ["Ctrl F", shortcuts.find],
    ["↑", shortcuts.last],
    ["Enter, Shift Enter", shortcuts.next],
    ["Esc", shortcuts.escape],
    ["?", shortcuts.help],
  ];
  return (
    <Dialog title={shortcuts.title} onClose={closeDialog}>
      <dl className="shortcuts">
        {rows.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(", ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={closeDialog}>
          {words.common.close}
        </button>
      </div>
    </Dialog>
  );
}
