// Where the embedded model is in use, which finds facts: a model that writes sentences, one click away.
import { EMBEDDED_ID } from "../../../workers/protocol.ts";
import { useActions, useAppState } from "../app-context.ts";
import { words } from "../words/index.ts";

export function SentenceModel() {
  const model = useAppState((state) => state.model);
  const models = useAppState((state) => state.models);
  const { openLargerModel } = useActions();
  if (model.phase !== "ready" || model.model.id !== EMBEDDED_ID) return null;
  const { factsOnly, writesSentences, openLarger, proposed } = words.model;
  const isBesidePage = model.standIn?.because !== "missing";
  // Without the one that comes with the page: the first of the list, cheapest index first, that has room here.
  const other = models?.entries.find(({ curated, verdict }) => curated && verdict.fit === "fits");
  return (
    <div className="offered-model" role="group" aria-label={writesSentences}>
      <p>
        <strong>{writesSentences}.</strong> {model.model.name}: {factsOnly}{" "}
        {!isBesidePage && other && proposed(other.name)}
      </p>
      {isBesidePage && (
        <div className="document-actions">
          <button type="button" className="button primary" onClick={() => void openLargerModel()}>
            {openLarger}
          </button>
        </div>
      )}
    </div>
  );
}
