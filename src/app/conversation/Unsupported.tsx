// What is said before an answer that the text does not support: that it does not, and the sentence that is
// nearest to the question. A weak answer must not hide the passage that tells.
import type { Turn } from "../../state/index.ts";
import { useActions } from "../app-context.ts";
import { words } from "../words/index.ts";

export function Unsupported({ turn }: { turn: Turn }) {
  const { showEvidence } = useActions();
  const { grounding, evidence } = turn;
  const closest = grounding?.closest;
  const passage = closest && evidence[closest.passage];
  if (grounding?.state !== "unsupported") return null;
  const quote = passage?.text.slice(closest!.start - passage.start, closest!.end - passage.start);
  return (
    <div className="unsupported" role="note" aria-label={words.questions.unsupported}>
      {passage && (
        <button type="button" onClick={() => showEvidence(turn.id, closest!.passage)}>
          <span className="detail">{words.questions.closestSentence}</span>
          <q dir="auto">{quote}</q>
          {passage.place && <span className="place">{passage.place}</span>}
        </button>
      )}
      <p className="detail">{words.questions.unsupported}</p>
    </div>
  );
}
