import { useState } from "react";
import { useActions } from "../app-context.ts";
import { words } from "../words/index.ts";

interface RenameFormProps {
  readonly documentId: string;
  readonly title: string;
  readonly onClose: () => void;
}

export function RenameForm({ documentId, title, onClose }: RenameFormProps) {
  const { rename } = useActions();
  return (
    <TitleForm
      label={words.library.newTitle}
      title={title}
      onClose={onClose}
      onSave={(next) => void rename(documentId, next)}
    />
  );
}

interface TitleFormProps {
  readonly label: string;
  readonly title: string;
  readonly onSave: (title: string) => void;
  readonly onClose: () => void;
}

/** A name to be changed in place: Enter saves, Escape leaves it. */
export function TitleForm({ label, title, onSave, onClose }: TitleFormProps) {
  const [value, setValue] = useState(title);
  return (
    <form
      className="rename"
      onSubmit={(event) => {
        event.preventDefault();
        const next = value.trim();
        if (next && next !== title) onSave(next);
        onClose();
      }}
    >
      <input
        type="text"
        aria-label={label}
        value={value}
        maxLength={200}
        autoFocus
        onFocus={(event) => event.target.select()}
        onChange={(event) => setValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onClose();
        }}
      />
      <button type="submit" className="button primary">
        {words.common.save}
      </button>
    </form>
  );
}
