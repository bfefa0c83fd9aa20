import { useState } from "react";
import { useShallow } from "zustand/shallow";
import {
  askableSoFar,
  askBlocker,
  askedDocuments,
  conversationKey,
  currentConversation,
  unreadDocument,
} from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { formatCount } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { readingFacts } from "../library/reading-facts.ts";
import { words } from "../words/index.ts";

export const MAX_QUESTION = 4_000;
/** From here on the limit is told. */
const NEAR_LIMIT = 3_500;

export function QuestionForm() {
  const question = useAppState((state) => state.drafts[conversationKey(state)] ?? "");
  const blocker = useAppState(askBlocker);
  const unread = useAppState(unreadDocument);
  const soFar = useAppState(askableSoFar);
  const isByIndex = useAppState(
    ({ settings }) => settings.answerMode === "recalled" && !settings.server.isOn,
  );
  const several = useAppState((state) => askedDocuments(state).length);
  const answering = useAppState((state) => state.activeJob !== null);
  const lastQuestion = useAppState((state) => currentConversation(state)?.turns.at(-1)?.question);
  const reading = useAppState(
    useShallow((state) => {
      const unread = askedDocuments(state).find((one) => one.state === "ingesting");
      return unread ? readingFacts(state, unread) : null;
    }),
  );
  const { ask, stop, keepDraft } = useActions();
  const [recalled, setRecalled] = useState(false);
  const { questions } = words;
  const submit = () => {
    if (blocker || answering || !question.trim()) return;
    void ask(question);
  };
  const hint = () => {
    if (answering) return questions.answering;
    const found = soFar
      ? words.soFar[isByIndex ? "index" : "both"](words.unfinished[soFar])
      : unread && words.byWords[unread];
    const why = blocker ? words.blockers[blocker] : found;
    if (unread === "reading" && reading?.left && (blocker ?? unread) === unread) {
      return `${questions.readingProgress(reading.percent, reading.left)} ${why ?? ""}`;
    }
    return why ?? questions.pressEnter;
  };
  const askLabel = several > 1 ? questions.askMany(String(several)) : questions.ask;
  return (
    <form
      className="question-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label className="visually-hidden" htmlFor="question">
        {questions.question}
      </label>
      <textarea
        id="question"
        rows={2}
        dir="auto"
        value={question}
        maxLength={MAX_QUESTION}
        placeholder={several > 1 ? questions.askMany(String(several)) : questions.placeholder}
        aria-describedby="question-hint"
        onChange={(event) => {
          keepDraft(event.target.value);
          setRecalled(false);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            submit();
          } else if (event.key === "ArrowUp" && question === "" && lastQuestion) {
            event.preventDefault();
            keepDraft(lastQuestion);
            setRecalled(true);
          } else if (event.key === "ArrowDown" && recalled) {
            event.preventDefault();
            keepDraft("");
            setRecalled(false);
          }
        }}
      />
      <div className="question-actions">
        <p className="detail" id="question-hint" role="status" aria-label={questions.asking}>
          {question.length >= NEAR_LIMIT
            ? questions.lengthLeft(formatCount(MAX_QUESTION - question.length))
            : hint()}
        </p>
        {answering ? (
          <button type="button" className="button" onClick={() => void stop()}>
            <Icon name="stop" />
            {questions.stop}
          </button>
        ) : (
          <button
            type="submit"
            className="button primary"
            disabled={blocker !== null || !question.trim()}
          >
            <Icon name="send" />
            {askLabel}
          </button>
        )}
      </div>
    </form>
  );
}
