// A new version of the app has arrived. It is the user who says when: a reload ends a running answer.
import { useActions, useAppState } from "./app-context.ts";
import { words } from "./words/index.ts";

export function UpdateNotice() {
  const update = useAppState((state) => state.appUpdate);
  const { updateApp } = useActions();
  return (
    <div role="status" aria-label={words.top.update}>
      {update && (
        <div className="update-notice">
          <p>{update === "waiting" ? words.top.updateWaiting : words.top.updateInstalled}</p>
          <button type="button" className="button" onClick={updateApp}>
            {words.top.reload}
          </button>
        </div>
      )}
    </div>
  );
}
