// A new version of the app has arrived. It is the user who says when: a reload ends a running answer.
import { useActions, useAppState } from "./app-context.ts";

export function UpdateNotice() {
  const update = useAppState((state) => state.appUpdate);
  const { updateApp } = useActions();
  return (
    <div role="status" aria-label="Update">
      {update && (
        <div className="update-notice">
          <p>
            {update === "waiting"
              ? "A new version of Inkspan is ready."
              : "A new version of Inkspan was installed in another tab."}
          </p>
          <button type="button" className="button" onClick={updateApp}>
            Reload
          </button>
        </div>
      )}
    </div>
  );
}
