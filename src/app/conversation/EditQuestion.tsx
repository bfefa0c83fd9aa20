// A question changed in place. Asking it again gives up what followed, because it answered the old one.
import { useState } from "react";
import type { Turn } from "../../state/index.ts";
import { useActions } from "../app-context.ts";
import { words } from "../words/index.ts";
import { MAX_QUESTION } from "./QuestionForm.tsx";

export function EditQuestion({ turn, onClose }: { turn: Turn; onClose: () => void }) {
  const [question, setQuestion] = useState(turn.question);
  const { askInstead } = useActions();
  const submit = () => {
    if (question.trim() === "") return;
    onClose();
    void askInstead(turn.id, question);
  };
  return (
    <form
      className="edit-question"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        aria-label={words.questions.editLabel}
        value={question}
        maxLength={MAX_QUESTION}
        rows={2}
        dir="auto"
        autoFocus
        onChange={(event) => setQuestion(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            onClose();
          } else if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            submit();
          }
        }}
      />
      <div className="dialog-actions">
        <span className="detail">{words.questions.editHint}</span>
        <button type="button" className="button" onClick={onClose}>
          {words.common.cancel}
        </button>
        <button type="submit" className="button primary" disabled={question.trim() === ""}>
          {words.questions.askEdited}
        </button>
      </div>
    </form>
  );
}
