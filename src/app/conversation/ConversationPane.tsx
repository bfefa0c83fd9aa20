import { useEffect, useRef } from "react";
import { conversationKey, currentConversation, type Turn } from "../../state/index.ts";
import { useAppState } from "../app-context.ts";
import { words } from "../words/index.ts";
import { AskedTogether } from "./AskedTogether.tsx";
import { ConversationHeader } from "./ConversationHeader.tsx";
import { OverviewPanel } from "./OverviewPanel.tsx";
import { QuestionForm } from "./QuestionForm.tsx";
import { TurnView } from "./TurnView.tsx";

const NO_TURNS: readonly Turn[] = [];
// Farther below than this, the reader has scrolled away on purpose.
const FOLLOW_PX = 240;
const FOLLOW_MARGIN_PX = 16;

export function ConversationPane() {
  const key = useAppState(conversationKey);
  const turns = useAppState((state) => currentConversation(state)?.turns ?? NO_TURNS);
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
      <ConversationHeader />
      <AskedTogether />
      <div className="turns" ref={list}>
        {turns.length === 0 && (
          <p className="empty">{key ? words.questions.empty : words.questions.emptyLibrary}</p>
        )}
        {turns.length === 0 && <OverviewPanel />}
        {turns.map((turn) => (
          <TurnView key={turn.id} turn={turn} />
        ))}
      </div>
      <QuestionForm key={key} />
    </section>
  );
}

/** Distance of an element's top from the top of the visible part of its scroller. */
function topWithin(element: Element, scroller: Element): number {
  return element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
}
