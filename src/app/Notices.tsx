// Problems of the whole app: the model that cannot run, and actions that failed.
import { useActions, useAppState } from "./app-context.ts";
import { Icon } from "./Icon.tsx";
import { ProblemCard } from "./ProblemCard.tsx";

export function Notices() {
  const model = useAppState((state) => state.model);
  const notices = useAppState((state) => state.notices);
  const { loadModel, dismiss } = useActions();
  return (
    <div className="notices" role="alert">
      {model.phase === "failed" && (
        <ProblemCard subject="model" error={model.error} onTryAgain={() => void loadModel()} />
      )}
      {notices.map((notice) => (
        <ProblemCard key={notice.id} error={notice.error} context={notice.what}>
          <button
            type="button"
            className="icon-button"
            aria-label={`Dismiss: ${notice.what}`}
            onClick={() => dismiss(notice.id)}
          >
            <Icon name="close" />
          </button>
        </ProblemCard>
      ))}
    </div>
  );
}
