import { useEffect, useRef } from "react";
import { conversationKey, type Turn } from "../state/index.ts";
import { useActions, useAppState } from "./app-context.ts";
import { AskedTogether } from "./AskedTogether.tsx";
import { QuestionForm } from "./QuestionForm.tsx";
import { TurnView } from "./TurnView.tsx";

const NO_TURNS: readonly Turn[] = [];
// Farther below than this, the reader has scrolled away on purpose.
const FOLLOW_PX = 240;
const FOLLOW_MARGIN_PX = 16;

export function ConversationPane() {
  const key = useAppState(conversationKey);
  const turns = useAppState((state) => state.conversations[key] ?? NO_TURNS);
  const { clearConversation } = useActions();
  const list = useRef<HTMLDivElement>(null);
  const last = turns.at(-1);
  const lastId = last?.id;
  const answerLength = last?.status === "streaming" ? last.answer.length : 0;

  // A new question goes to the top of the pane, so that it stays in sight above its answer.
  useEffect(() => {
    const element = list.current;
    const turn = element?.lastElementChild;
    if (element && turn && lastId) element.scrollTop += topWithin(turn, element);
  }, [lastId]);

  // A long answer is followed while it streams; evidence and statistics do not push it away.
  useEffect(() => {
    const element = list.current;
    const answer = element?.lastElementChild?.querySelector(".answer");
    if (!element || !answer || answerLength === 0) return;
    const below = topWithin(answer, element) + answer.clientHeight - element.clientHeight;
    if (below > 0 && below < FOLLOW_PX) element.scrollTop += below + FOLLOW_MARGIN_PX;
  }, [answerLength]);

  return (
    <section className="column conversation" aria-labelledby="conversation-heading">
      <div className="pane-header">
        <h2 id="conversation-heading">Questions</h2>
        {key && turns.length > 0 && (
          <button type="button" className="quiet" onClick={() => void clearConversation()}>
            Clear questions
          </button>
        )}
      </div>
      <AskedTogether />
      <div className="turns" ref={list}>
        {turns.length === 0 && (
          <p className="empty">
            {key
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

/** Distance of an element's top from the top of the visible part of its scroller. */
function topWithin(element: Element, scroller: Element): number {
  return element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
}
