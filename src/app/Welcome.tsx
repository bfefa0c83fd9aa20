import { useActions, useAppState } from "./app-context.ts";

/** First visit: what this is and what to do. */
export function Welcome() {
  const { addSampleBook } = useActions();
  const adding = useAppState((state) => state.adding);
  return (
    <div className="welcome">
      <h3>Ask a whole book, without sending it anywhere</h3>
      <ol>
        <li>
          <strong>Add a document.</strong> A novel, a report, a log: PDF, EPUB, Word, web page or
          text, of any length. It is read once, in this page, on your graphics card.
        </li>
        <li>
          <strong>Ask a question.</strong> The answer comes with the passages it rests on. One click
          shows them in the text.
        </li>
        <li>
          <strong>Come back later.</strong> What was read is stored. After a reload you can ask at
          once; nothing is read twice.
        </li>
      </ol>
      <button
        type="button"
        className="button primary"
        disabled={adding}
        onClick={() => void addSampleBook()}
      >
        Begin with Treasure Island
      </button>
    </div>
  );
}
