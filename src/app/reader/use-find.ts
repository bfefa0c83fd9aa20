// The state of the search in the open text: what is looked for, what was found, where one stands.
import { useDeferredValue, useMemo, useState } from "react";
import { type FindOptions, findAll, firstAfter, type Matches, NO_MATCHES } from "./find-text.ts";
import type { Mark } from "./paragraphs.ts";

export interface Find {
  readonly isOpen: boolean;
  readonly query: string;
  readonly options: FindOptions;
  readonly matches: Matches;
  /** Index of the match gone to. */
  readonly active: number;
  readonly marks: readonly Mark[];
  /** Grows whenever the field is to be focused again. */
  readonly focusVisit: number;
  open(): void;
  close(): void;
  look(query: string, options: FindOptions, from: number): void;
  step(by: number): void;
}

interface FindState {
  readonly isOpen: boolean;
  readonly query: string;
  readonly options: FindOptions;
  /** Offset from which the first match is gone to. */
  readonly from: number;
  /** Steps from there. */
  readonly steps: number;
  readonly focusVisit: number;
}

const CLOSED: FindState = {
  isOpen: false,
  query: "",
  options: { matchCase: false, wholeWords: false },
  from: 0,
  steps: 0,
  focusVisit: 0,
};

export function useFind(text: string): Find {
  const [state, setState] = useState(CLOSED);
  const { isOpen, query, options, from, steps, focusVisit } = state;
  // A query of one letter has hundreds of thousands of matches: typing goes before marking.
  const wanted = useDeferredValue(isOpen ? query : "");
  const matches = useMemo(
    () => (wanted === "" ? NO_MATCHES : findAll(text, wanted, options)),
    [text, wanted, options],
  );
  const count = matches.starts.length;
  const first = useMemo(() => firstAfter(matches, from), [matches, from]);
  const active = count === 0 ? 0 : (((first + steps) % count) + count) % count;
  const marks = useMemo(
    () =>
      matches.starts.map((start, index) => ({
        start,
        end: matches.ends[index] ?? start,
        kind: index === active ? ("current" as const) : ("found" as const),
      })),
    [matches, active],
  );
  return {
    isOpen,
    query,
    options,
    matches,
    active,
    marks,
    focusVisit,
    open: () => setState((old) => ({ ...old, isOpen: true, focusVisit: old.focusVisit + 1 })),
    close: () => setState((old) => ({ ...old, isOpen: false })),
    look: (next, how, at) =>
      setState((old) => ({ ...old, isOpen: true, query: next, options: how, from: at, steps: 0 })),
    step: (by) => setState((old) => ({ ...old, steps: old.steps + by })),
  };
}
