import { useState } from "react";
import { askBlocker, askedDocuments } from "../state/index.ts";
import { useActions, useAppState } from "./app-context.ts";
import { Icon } from "./Icon.tsx";

export function QuestionForm() {
  const [question, setQuestion] = useState("");
  const blocker = useAppState(askBlocker);
  const several = useAppState((state) => askedDocuments(state).length);
  const answering = useAppState((state) => state.activeJob !== null);
  const { ask, stop } = useActions();
  const submit = () => {
    if (blocker || answering || !question.trim()) return;
    void ask(question);
    setQuestion("");
  };
  return (
    <form
      className="question-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label className="visually-hidden" htmlFor="question">
        Question
      </label>
      <textarea
        id="question"
        rows={2}
        value={question}
        maxLength={4000}
        placeholder={several > 1 ? `Ask ${several} documents` : "Ask about this document"}
        aria-describedby="question-hint"
        onChange={(event) => setQuestion(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            submit();
          }
        }}
      />
      <div className="question-actions">
        <p className="detail" id="question-hint" role="status" aria-label="Asking">
          {answering ? "Answering…" : (blocker ?? "Press Enter to ask.")}
        </p>
        {answering ? (
          <button type="button" className="button" onClick={() => void stop()}>
            <Icon name="stop" />
            Stop
          </button>
        ) : (
          <button
            type="submit"
            className="button primary"
            disabled={blocker !== null || !question.trim()}
          >
            <Icon name="send" />
            {several > 1 ? `Ask ${several} documents` : "Ask"}
          </button>
        )}
      </div>
    </form>
  );
}
