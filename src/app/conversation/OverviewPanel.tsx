// Before the first question: what the text is about, and questions that can be asked with one press.
import { askBlocker, shownOverview } from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { words } from "../words/index.ts";

export function OverviewPanel() {
  const overview = useAppState(shownOverview);
  const cannotAsk = useAppState((state) => askBlocker(state) !== null || state.activeJob !== null);
  const { ask } = useActions();
  if (!overview) return null;
  const { language, summary, questions } = overview;
  return (
    <>
      {summary && (
        <section className="overview" aria-labelledby="summary-heading">
          <h3 id="summary-heading">{words.questions.summary}</h3>
          <p dir="auto" lang={language ?? undefined} data-own>
            {summary}
          </p>
          <p className="detail">{words.questions.summaryBy}</p>
        </section>
      )}
      {questions.length > 0 && (
        <section className="overview" aria-labelledby="suggestions-heading">
          <h3 id="suggestions-heading">{words.questions.suggested}</h3>
          <ul lang={language ?? undefined} aria-labelledby="suggestions-heading">
            {questions.map((question) => (
              <li key={question}>
                <button
                  type="button"
                  className="button"
                  dir="auto"
                  disabled={cannotAsk}
                  onClick={() => void ask(question)}
                >
                  {question}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
