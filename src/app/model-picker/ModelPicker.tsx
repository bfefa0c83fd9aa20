// The dialog with every model this device can use: load, download, check, delete, or bring another.
import { useEffect } from "react";
import { useActions, useAppState } from "../app-context.ts";
import { Dialog } from "../Dialog.tsx";
import { problemOf } from "../problems.ts";
import { words } from "../words/index.ts";
import { AddressForm } from "./AddressForm.tsx";
import { ModelCard } from "./ModelCard.tsx";
import "./model-picker.css";
import { OfferedModel } from "./OfferedModel.tsx";
import { SentenceModel } from "./SentenceModel.tsx";
import { OpenModelFile } from "./OpenModelFile.tsx";
import { EngineSentence } from "../EngineSentence.tsx";

export default function ModelPicker({ onClose }: { onClose: () => void }) {
  const library = useAppState((state) => state.models);
  const { refreshModels } = useActions();
  const { picker } = words;
  useEffect(() => void refreshModels(), [refreshModels]);
  const own = library?.entries.filter((one) => !one.curated || one.keptBytes > 0) ?? [];
  const proposed = library?.entries.filter((one) => one.curated && one.keptBytes === 0) ?? [];
  return (
    <Dialog title={words.model.choose} onClose={onClose}>
      <div className="model-picker">
        <OfferedModel />
        <SentenceModel />
        <PickerProblem />
        {library && !library.canKeep && <p className="detail">{picker.noPlace}</p>}
        {!library && <p className="empty">{picker.looking}</p>}
        <h3 id="models-here">{picker.here}</h3>
        <ul className="models" aria-labelledby="models-here">
          {own.map((entry) => (
            <ModelCard key={entry.id} entry={entry} canKeep={library?.canKeep ?? false} />
          ))}
        </ul>
        <div className="bring-model">
          <OpenModelFile />
          <AddressForm />
        </div>
        <h3 id="models-proposed">{picker.proposed}</h3>
        <p className="detail">{picker.order}</p>
        <ul className="models" aria-labelledby="models-proposed">
          {proposed.map((entry) => (
            <ModelCard key={entry.id} entry={entry} canKeep={library?.canKeep ?? false} />
          ))}
        </ul>
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          {words.common.close}
        </button>
      </div>
    </Dialog>
  );
}

function PickerProblem() {
  const problem = useAppState((state) => state.modelProblem);
  const { dismissModelProblem } = useActions();
  return (
    <div role="alert" aria-label={words.picker.problem}>
      {problem && (
        <div className="problem" data-code={problem.error.code}>
          <div className="problem-text">
            <strong>{problemOf(problem.error.code, "model").title}</strong>
            <p>{words.failures[problem.what.kind](problem.what.name)}.</p>
            <p className="detail">
              <EngineSentence said={problem.error.message} />
            </p>
          </div>
          <button type="button" className="button" onClick={dismissModelProblem}>
            {words.picker.dismiss}
          </button>
        </div>
      )}
    </div>
  );
}
