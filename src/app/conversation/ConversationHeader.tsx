// Which conversation is shown, and what can be done with it as a whole.
import { useState } from "react";
import { useShallow } from "zustand/shallow";
import {
  askedDocuments,
  conversationKey,
  conversationsOf,
  currentConversation,
  type Conversation,
} from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { IconButton } from "../IconButton.tsx";
import { TitleForm } from "../library/RenameForm.tsx";
import { Menu, MenuItem } from "../Menu.tsx";
import { openDialog } from "../open-dialog.ts";
import { words } from "../words/index.ts";
import { conversationMarkdown, titleOf } from "./conversation-markdown.ts";

export function ConversationHeader() {
  const key = useAppState(conversationKey);
  const conversations = useAppState(useShallow((state) => conversationsOf(state, key)));
  const current = useAppState(currentConversation);
  const titles = useAppState(useShallow((state) => askedDocuments(state).map((one) => one.title)));
  const documents = useAppState((state) => state.documents);
  const [renaming, setRenaming] = useState(false);
  const actions = useActions();
  const { questions } = words;
  const isEmpty = !current || current.turns.length === 0;
  const exportMarkdown = (conversation: Conversation) => {
    const text = conversationMarkdown(conversation, titles.join(", "), documents);
    const name = titleOf(conversation)
      .replace(/[\u0000-\u001f\\/:*?"<>|]+/g, " ")
      .slice(0, 80);
    actions.saveFile(new Blob([text], { type: "text/markdown" }), `${name.trim()}.md`);
  };
  return (
    <div className="pane-header">
      <h2 id="conversation-heading">{questions.title}</h2>
      {renaming && current ? (
        <TitleForm
          label={questions.conversationTitle}
          title={titleOf(current)}
          onSave={(title) => void actions.renameConversation(current.id, title)}
          onClose={() => setRenaming(false)}
        />
      ) : (
        conversations.length > 1 && (
          <select
            className="conversation-picker"
            aria-label={questions.conversation}
            value={current?.id ?? ""}
            onChange={(event) => actions.showConversation(event.target.value)}
          >
            {conversations.toReversed().map((one) => (
              <option key={one.id} value={one.id}>
                {titleOf(one)}
              </option>
            ))}
          </select>
        )
      )}
      <div className="reader-buttons">
        {key && (
          <IconButton
            icon="newConversation"
            label={questions.newConversation}
            disabled={isEmpty}
            onClick={actions.beginConversation}
          />
        )}
        <Menu icon="more" label={questions.actions}>
          <MenuItem icon="history" onClick={() => openDialog("history")}>
            {questions.history}
          </MenuItem>
          {current && !isEmpty && (
            <>
              <MenuItem icon="edit" onClick={() => setRenaming(true)}>
                {questions.rename}
              </MenuItem>
              <MenuItem icon="export" onClick={() => exportMarkdown(current)}>
                {questions.exportMarkdown}
              </MenuItem>
              <MenuItem icon="trash" onClick={() => void actions.deleteConversation(current.id)}>
                {questions.clear}
              </MenuItem>
            </>
          )}
          <MenuItem icon="keyboard" onClick={() => openDialog("shortcuts")}>
            {words.shortcuts.title}
          </MenuItem>
        </Menu>
      </div>
    </div>
  );
}
