import { useEffect, useRef } from "react";
import { selectedDocument, type Turn } from "../state/index.ts";
import { useActions, useAppState } from "./app-context.ts";
import { QuestionForm } from "./QuestionForm.tsx";
import { TurnView } from "./TurnView.tsx";

const NO_TURNS: readonly Turn[] = [];

export function ConversationPane() {
  const document = useAppState(selectedDocument);
  const turns = useAppState((state) =>
    document ? (state.conversations[document.id] ?? NO_TURNS) : NO_TURNS,
  );
  const { clearConversation } = useActions();
  const list = useRef<HTMLDivElement>(null);
  const last = turns.at(-1);
  const grown = [turns.length, last?.status, last?.answer.length].join(":");

  // Follow the streaming answer, unless the reader has scrolled up to re-read something.
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (below < 240) element.scrollTop = element.scrollHeight;
  }, [grown]);

  return (
    <section className="column conversation" aria-labelledby="conversation-heading">
      <div className="pane-header">
        <h2 id="conversation-heading">Questions</h2>
        {document && turns.length > 0 && (
          <button
            type="button"
            className="quiet"
            onClick={() => void clearConversation(document.id)}
          >
            Clear questions
          </button>
        )}
      </div>
      <div className="turns" ref={list}>
        {turns.length === 0 && (
          <p className="empty">
            {document
              ? "Ask about a fact, a person or an event. The answer shows the passages it was drawn from."
              : "Add a document, then ask about it here."}
          </p>
        )}
        {turns.map((turn) => (
          <TurnView key={turn.id} turn={turn} />
        ))}
      </div>
      <QuestionForm />
    </section>
  );
}
