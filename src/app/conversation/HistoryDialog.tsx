// All questions ever asked and kept, found by their words.
import { useEffect, useState } from "react";
import { type HistoryHit, keyOf } from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { Dialog } from "../Dialog.tsx";
import { closeDialog } from "../open-dialog.ts";
import { words } from "../words/index.ts";

const WAIT_MS = 150;
const MAX_ANSWER = 160;

export function HistoryDialog() {
  const documents = useAppState((state) => state.documents);
  const collections = useAppState((state) => state.collections);
  const { searchHistory, select, askTogether, openCollection, showConversation } = useActions();
  const [query, setQuery] = useState("");
  const [hits, setHits] = useState<readonly HistoryHit[] | null>(null);
  useEffect(() => {
    let isWanted = true;
    const search = async () => {
      const found = query.trim() === "" ? null : await searchHistory(query);
      if (isWanted) setHits(found);
    };
    const timer = setTimeout(() => void search(), WAIT_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [query, searchHistory]);
  const { questions } = words;
  const open = (conversationId: string) => {
    const key = keyOf(conversationId);
    const collection = collections.find((one) => key === `collection ${one.id}`);
    const ids = key.split("+");
    if (collection) openCollection(collection.id);
    else {
      openCollection(null);
      if (ids.length > 1) askTogether(ids);
      else select(key);
    }
    showConversation(conversationId);
    closeDialog();
  };
  const aboutOf = (conversationId: string) => {
    const key = keyOf(conversationId);
    const collection = collections.find((one) => key === `collection ${one.id}`);
    const titles = key.split("+").map((id) => documents.find((one) => one.id === id)?.title);
    if (collection) return collection.name;
    return titles.every((title) => title !== undefined) ? titles.join(", ") : null;
  };
  return (
    <Dialog title={questions.historyTitle} onClose={closeDialog}>
      <input
        type="search"
        aria-label={questions.historyLabel}
        placeholder={questions.historyHint}
        value={query}
        autoFocus
        onChange={(event) => setQuery(event.target.value)}
      />
      <p className="detail" role="status">
        {hits?.length === 0 && questions.historyNone}
      </p>
      <ul className="history">
        {hits?.map(({ conversation, turn }) => {
          const about = aboutOf(conversation.id);
          return (
            <li key={turn.id}>
              <button type="button" disabled={about === null} onClick={() => open(conversation.id)}>
                <strong dir="auto">{turn.question}</strong>
                <span dir="auto">{turn.answer.trim().slice(0, MAX_ANSWER)}</span>
                <span className="detail">{about ?? questions.aboutDeleted}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={closeDialog}>
          {words.common.close}
        </button>
      </div>
    </Dialog>
  );
}
