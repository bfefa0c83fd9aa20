import { useActions, useAppState } from "../app-context.ts";
import { words } from "../words/index.ts";

/** First visit: what this is and what to do. */
export function Welcome() {
  const { addSampleBook } = useActions();
  const adding = useAppState((state) => state.adding);
  const { welcome } = words;
  return (
    <div className="welcome">
      <h3>{welcome.title}</h3>
      <ol>
        <li>
          <strong>{welcome.add}</strong> {welcome.addText}
        </li>
        <li>
          <strong>{welcome.ask}</strong> {welcome.askText}
        </li>
        <li>
          <strong>{welcome.later}</strong> {welcome.laterText}
        </li>
      </ol>
      <button
        type="button"
        className="button primary"
        disabled={adding}
        onClick={() => void addSampleBook()}
      >
        {welcome.begin}
      </button>
    </div>
  );
}
