import { useState } from "react";
import { useActions } from "./app-context.ts";

interface RenameFormProps {
  readonly documentId: string;
  readonly title: string;
  readonly onClose: () => void;
}

export function RenameForm({ documentId, title, onClose }: RenameFormProps) {
  const [value, setValue] = useState(title);
  const { rename } = useActions();
  return (
    <form
      className="rename"
      onSubmit={(event) => {
        event.preventDefault();
        const next = value.trim();
        if (next && next !== title) void rename(documentId, next);
        onClose();
      }}
    >
      <input
        type="text"
        aria-label="New title"
        value={value}
        maxLength={200}
        autoFocus
        onFocus={(event) => event.target.select()}
        onChange={(event) => setValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onClose();
        }}
      />
      <button type="submit" className="button primary">
        Save
      </button>
    </form>
  );
}
