// Model files dropped onto the page: opened only after a word of the user, because another model
// means that documents have to be read again.
import { useActions, useAppState } from "../app-context.ts";
import { formatBytes } from "../format.ts";

export function OfferedModel() {
  const files = useAppState((state) => state.offeredModel);
  const { openModelFiles, declineModelFiles } = useActions();
  if (!files) return null;
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const name = files.length === 1 ? `“${files[0]?.name}”` : `${files.length} files`;
  return (
    <div className="offered-model" role="group" aria-label="Dropped model">
      <p>
        Open {name} ({formatBytes(bytes)}) as the model? Documents read with another model have to
        be read again before they can be asked.
      </p>
      <div className="document-actions">
        <button type="button" className="button" onClick={declineModelFiles}>
          Not now
        </button>
        <button
          type="button"
          className="button primary"
          autoFocus
          onClick={() => void openModelFiles(files)}
        >
          Open as model
        </button>
      </div>
    </div>
  );
}
