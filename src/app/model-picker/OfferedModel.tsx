// Model files dropped onto the page: opened only after a word of the user, because another model
// means that documents have to be read again.
import { useActions, useAppState } from "../app-context.ts";
import { formatBytes } from "../format.ts";
import { words } from "../words/index.ts";

export function OfferedModel() {
  const files = useAppState((state) => state.offeredModel);
  const { openModelFiles, declineModelFiles } = useActions();
  if (!files) return null;
  const { picker } = words;
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const name = files.length === 1 ? `“${files[0]?.name}”` : picker.files(String(files.length));
  return (
    <div className="offered-model" role="group" aria-label={picker.dropped}>
      <p>{picker.openDropped(name, formatBytes(bytes))}</p>
      <div className="document-actions">
        <button type="button" className="button" onClick={declineModelFiles}>
          {picker.notNow}
        </button>
        <button
          type="button"
          className="button primary"
          autoFocus
          onClick={() => void openModelFiles(files)}
        >
          {picker.openAsModel}
        </button>
      </div>
    </div>
  );
}
