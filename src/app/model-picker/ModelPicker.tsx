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
import { OpenModelFile } from "./OpenModelFile.tsx";

export default function ModelPicker({ onClose }: { onClose: () => void }) {
  const library = useAppState((state) => state.models);
  const { refreshModels } = useActions();
  useEffect(() => void refreshModels(), [refreshModels]);
  const own = library?.entries.filter((one) => !one.curated || one.keptBytes > 0) ?? [];
  const proposed = library?.entries.filter((one) => one.curated && one.keptBytes === 0) ?? [];
  return (
    <Dialog title="Choose a model" onClose={onClose}>
      <div className="model-picker">
        <OfferedModel />
        <PickerProblem />
        {library && !library.canKeep && (
          <p className="detail">
            This browser gives the page no place to keep a model, so models are read from the
            network each time. A window that is not private, on https, keeps them.
          </p>
        )}
        {!library && <p className="empty">Looking what is here…</p>}
        <h3 id="models-here">On this device</h3>
        <ul className="models" aria-labelledby="models-here">
          {own.map((entry) => (
            <ModelCard key={entry.id} entry={entry} canKeep={library?.canKeep ?? false} />
          ))}
        </ul>
        <div className="bring-model">
          <OpenModelFile />
          <AddressForm />
        </div>
        <h3 id="models-proposed">For long documents</h3>
        <p className="detail">
          Ordered by what every page of a document costs on disk. The figures are for 100,000
          tokens, about 250 pages.
        </p>
        <ul className="models" aria-labelledby="models-proposed">
          {proposed.map((entry) => (
            <ModelCard key={entry.id} entry={entry} canKeep={library?.canKeep ?? false} />
          ))}
        </ul>
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function PickerProblem() {
  const problem = useAppState((state) => state.modelProblem);
  const { dismissModelProblem } = useActions();
  return (
    <div role="alert" aria-label="Model problem">
      {problem && (
        <div className="problem" data-code={problem.error.code}>
          <div className="problem-text">
            <strong>{problemOf(problem.error.code, "model").title}</strong>
            <p>{words.failures[problem.what.kind](problem.what.name)}.</p>
            <p className="detail">{problem.error.message}</p>
          </div>
          <button type="button" className="button" onClick={dismissModelProblem}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}
