// Problems of the whole app and what was just done, in one stack over a corner of the page: one sentence
// each, the rest under «Details». Only the newest are shown when there are many.
import { useEffect, useRef, useState } from "react";
import type { Message, Notice } from "../state/index.ts";
import { useActions, useAppState } from "./app-context.ts";
import { IconButton } from "./IconButton.tsx";
import { ProblemCard } from "./ProblemCard.tsx";
import { problemOf } from "./problems.ts";
import { words } from "./words/index.ts";
import { EngineSentence } from "./EngineSentence.tsx";

const SHOWN = 2;
const MESSAGE_MS = 10_000;

export function Toasts() {
  const model = useAppState((state) => state.model);
  const notices = useAppState((state) => state.notices);
  const messages = useAppState((state) => state.messages);
  const [all, setAll] = useState(false);
  const device = useAppState((state) => state.settings.device);
  const { loadModel, changeSettings } = useActions();
  if (all && notices.length <= SHOWN) setAll(false);
  const shown = all ? notices : notices.slice(-SHOWN);
  const hidden = notices.length - shown.length;
  return (
    <div className="toasts">
      <div className="toast-list" role="status" aria-label={words.common.notices}>
        {messages.map((message) => (
          <MessageToast key={message.id} message={message} />
        ))}
      </div>
      <div className="toast-list" role="alert">
        {model.phase === "failed" && (
          <ProblemCard
            subject="model"
            error={model.error}
            onTryAgain={() => void loadModel()}
            {...(device === "cpu"
              ? {}
              : { onUseProcessor: () => changeSettings({ device: "cpu" }) })}
          />
        )}
        {hidden > 0 && (
          <button type="button" className="button" onClick={() => setAll(true)}>
            {words.common.more(String(hidden))}
          </button>
        )}
        {shown.map((notice) => (
          <NoticeToast key={notice.id} notice={notice} />
        ))}
      </div>
    </div>
  );
}

function NoticeToast({ notice }: { notice: Notice }) {
  const { dismiss } = useActions();
  const { what, error } = notice;
  const { title, advice, remedy } = problemOf(error.code);
  const sentence = words.failures[what.kind](what.name);
  return (
    <div className="toast" data-code={error.code}>
      <div className="toast-line">
        <p>
          {sentence}: {title}.
        </p>
        <IconButton
          icon="close"
          label={words.common.dismiss(sentence)}
          onClick={() => dismiss(notice.id)}
        />
      </div>
      <details>
        <summary>{words.common.details}</summary>
        <p>{advice}</p>
        {error.message && (
          <p className="detail">
            <EngineSentence said={error.message} />
          </p>
        )}
        {remedy === "reload-page" && (
          <button type="button" className="button" onClick={() => location.reload()}>
            {words.common.reloadPage}
          </button>
        )}
      </details>
    </div>
  );
}

function MessageToast({ message }: { message: Message }) {
  const { dismissMessage, undo } = useActions();
  const { id, kind, name, canUndo } = message;
  const [held, setHeld] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  // Its time does not run while somebody is about to press its button.
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissMessage(id), MESSAGE_MS);
    return () => clearTimeout(timer);
  }, [held, id, dismissMessage]);
  const sentence = words.messages[kind](name);
  return (
    <div
      ref={box}
      className="toast"
      data-message={kind}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(box.current?.contains(document.activeElement) ?? false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div className="toast-line">
        <p>{sentence}</p>
        {canUndo && (
          <button type="button" className="button" onClick={() => void undo(id)}>
            {words.common.undo}
          </button>
        )}
        <IconButton
          icon="close"
          label={words.common.dismiss(sentence)}
          onClick={() => dismissMessage(id)}
        />
      </div>
    </div>
  );
}
