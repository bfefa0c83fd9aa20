// The search in the open text. What is found is counted and marked by the reader; this is its form.
import { useEffect, useRef } from "react";
import { formatCount } from "../format.ts";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words/index.ts";
import type { FindOptions } from "./find-text.ts";

interface FindBarProps {
  readonly query: string;
  readonly options: FindOptions;
  readonly count: number;
  readonly active: number;
  /** Grows whenever the field is to be focused again. */
  readonly visit: number;
  readonly onQuery: (query: string) => void;
  readonly onOptions: (options: FindOptions) => void;
  readonly onStep: (step: number) => void;
  readonly onClose: () => void;
}

export function FindBar(props: FindBarProps) {
  const { query, options, count, active, visit, onQuery, onOptions, onStep, onClose } = props;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [visit]);
  const { reader } = words;
  const told =
    count > 0 ? reader.matchOf(formatCount(active + 1), formatCount(count)) : reader.noMatch;
  return (
    <div className="find-bar" role="search">
      <input
        ref={field}
        type="search"
        aria-label={reader.findLabel}
        placeholder={reader.findLabel}
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            onStep(event.shiftKey ? -1 : 1);
          } else if (event.key === "Escape") {
            event.preventDefault();
            event.stopPropagation();
            onClose();
          }
        }}
      />
      <span className="detail find-count" role="status">
        {query.trim() !== "" && told}
      </span>
      <IconButton
        icon="up"
        label={reader.previousMatch}
        disabled={count === 0}
        onClick={() => onStep(-1)}
      />
      <IconButton
        icon="down"
        label={reader.nextMatch}
        disabled={count === 0}
        onClick={() => onStep(1)}
      />
      <IconButton
        icon="case"
        label={reader.matchCase}
        pressed={options.matchCase}
        onClick={() => onOptions({ ...options, matchCase: !options.matchCase })}
      />
      <IconButton
        icon="wholeWord"
        label={reader.wholeWords}
        pressed={options.wholeWords}
        onClick={() => onOptions({ ...options, wholeWords: !options.wholeWords })}
      />
      <IconButton icon="close" label={reader.closeFind} onClick={onClose} />
    </div>
  );
}
