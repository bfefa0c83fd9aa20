import { useActions, useAppState } from "../app-context.ts";
import { Dialog } from "../Dialog.tsx";
import { formatCount } from "../format.ts";
import { words } from "../words/index.ts";
import { describeEstimate, estimateFor } from "./reading-facts.ts";

/** Text begun here is kept when the dialog is closed, until it is added or emptied. */
export function PasteDialog() {
  const { isOpen, title, text } = useAppState((state) => state.paste);
  const estimate = useAppState((state) => describeEstimate(estimateFor(state, text.length)));
  const { addText, paste } = useActions();
  if (!isOpen) return null;
  const ready = text.trim() !== "";
  const close = () => paste({ isOpen: false });
  return (
    <Dialog title={words.paste.title} onClose={close}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready) return;
          void addText(title.trim() || firstWords(text), text);
          paste({ isOpen: false, title: "", text: "" });
        }}
      >
        <label className="field">
          {words.paste.heading}
          <input
            type="text"
            value={title}
            maxLength={200}
            placeholder={words.paste.headingHint}
            onChange={(event) => paste({ title: event.target.value })}
          />
        </label>
        <label className="field">
          {words.paste.text}
          <textarea
            className="paste-text"
            dir="auto"
            value={text}
            spellCheck={false}
            onChange={(event) => paste({ text: event.target.value })}
          />
        </label>
        <p className="detail">
          {words.paste.characters(formatCount(text.length))}
          {ready && ` · ${estimate}`}
        </p>
        <p className="detail">{words.paste.kept}</p>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={close}>
            {words.common.cancel}
          </button>
          <button type="submit" className="button primary" disabled={!ready}>
            {words.paste.add}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function firstWords(text: string): string {
  const line = text.trim().split("\n", 1)[0]?.trim() ?? "";
  return line.length > 60 ? `${line.slice(0, 59).trimEnd()}…` : line;
}
