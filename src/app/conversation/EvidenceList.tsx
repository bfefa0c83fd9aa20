import type { Evidence } from "../../../workers/protocol.ts";
import type { Turn } from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { words } from "../words/index.ts";
import { shorten } from "./shorten.ts";

const MAX_QUOTE = 1_000; // the style shows four lines

/** The recalled passages as quotes; each is a button that shows it in the text. */
export function EvidenceList({ turn }: { turn: Turn }) {
  const active = useAppState((state) =>
    state.highlight?.turnId === turn.id ? state.highlight.active : null,
  );
  const { showEvidence } = useActions();
  const documents = useAppState((state) => state.documents);
  const isOfSeveral = new Set(turn.evidence.map((one) => one.documentId)).size > 1;
  /** Where a passage stands: the document if several were asked, the page or chapter if there are any. */
  const placeOf = (evidence: Evidence) => {
    const title = documents.find((one) => one.id === evidence.documentId)?.title;
    return [isOfSeveral ? title : undefined, evidence.place].filter(Boolean).join(", ");
  };
  const isNear = turn.grounding?.kind === "closest";
  return (
    <div className="evidence" data-kind={turn.grounding?.kind}>
      <h3>{isNear ? words.questions.closestPassages : words.questions.evidence}</h3>
      <ol aria-label={words.questions.evidence}>
        {turn.evidence.map((evidence, index) => {
          const quote = shorten(evidence.text, MAX_QUOTE);
          const place = placeOf(evidence);
          return (
            <li key={index}>
              <button
                type="button"
                aria-pressed={active === index}
                onClick={() => showEvidence(turn.id, index)}
              >
                <span className="passage">
                  <span className="visually-hidden">
                    {words.questions.showPassage(String(index + 1))}
                  </span>
                  <span className="number" aria-hidden="true">
                    {index + 1}
                  </span>
                  <q dir="auto">{quote}</q>
                  {place && <span className="place">{place}</span>}
                </span>
                {!isNear && (
                  <span className="strength" data-strength={evidence.strength}>
                    {words.questions.strengths[evidence.strength]}
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
