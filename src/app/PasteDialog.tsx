import { useState } from "react";
import { useActions } from "./app-context.ts";
import { Dialog } from "./Dialog.tsx";
import { formatCount } from "./format.ts";

export function PasteDialog({ onClose }: { onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const { addText } = useActions();
  const ready = text.trim() !== "";
  return (
    <Dialog title="Paste text" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready) return;
          void addText(title.trim() || firstWords(text), text);
          onClose();
        }}
      >
        <label className="field">
          Title
          <input
            type="text"
            value={title}
            maxLength={200}
            placeholder="Taken from the first line if left empty"
            onChange={(event) => setTitle(event.target.value)}
          />
        </label>
        <label className="field">
          Text
          <textarea
            className="paste-text"
            value={text}
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <div className="dialog-actions">
          <span className="detail">{formatCount(text.length)} characters</span>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={!ready}>
            Add text
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
