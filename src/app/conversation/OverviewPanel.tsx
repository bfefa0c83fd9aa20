// Before the first question: questions that can be asked with one press.
import { askBlocker, shownOverview } from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { words } from "../words/index.ts";

export function OverviewPanel() {
  const overview = useAppState(shownOverview);
  const cannotAsk = useAppState((state) => askBlocker(state) !== null || state.activeJob !== null);
  const { ask } = useActions();
  if (!overview || overview.questions.length === 0) return null;
  return (
    <section className="overview" aria-labelledby="suggestions-heading">
      <h3 id="suggestions-heading">{words.questions.suggested}</h3>
      <ul lang={overview.language ?? undefined} aria-labelledby="suggestions-heading">
        {overview.questions.map((question) => (
          <li key={question}>
            <button
              type="button"
              className="button"
              disabled={cannotAsk}
              onClick={() => void ask(question)}
            >
              {question}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
