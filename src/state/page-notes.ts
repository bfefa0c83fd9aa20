// Small notes that must survive a reload: the open document, drafts of questions, where a reader stands in each document,
// which readings the user has paused, which deletions may still be taken back, how fast a model reads.
// In localStorage, one key each, so that two tabs do not overwrite what the other noted.
import * as v from "valibot";
import type { TextStorage } from "./settings.ts";

export interface PendingDeletion {
  readonly documentId: string;
  /** When it becomes final, ms since 1970. */
  readonly until: number;
}

export interface PageNotes {
  selected(): string | null;
  keepSelected(documentId: string | null): void;
  draft(key: string): string;
  keepDraft(key: string, text: string): void;
  /** Offset of the text in view; 0 for a document that was never read. */
  place(documentId: string): number;
  keepPlace(documentId: string, offset: number): void;
  isPaused(documentId: string): boolean;
  keepPaused(documentId: string, paused: boolean): void;
  /** Whether the storage key is that of a pause. */
  isPausedKey(key: string): boolean;
  pendingDeletions(): readonly PendingDeletion[];
  keepPendingDeletions(list: readonly PendingDeletion[]): void;
  /** Tokens per second at which this model last read; null while nobody knows. */
  readingRate(modelName: string): number | null;
  keepReadingRate(modelName: string, tokensPerSecond: number): void;
  forget(documentId: string): void;
}

const SELECTED = "inkspan-selected";
const DRAFT = "inkspan-draft ";
const PLACE = "inkspan-place ";
const PAUSED = "inkspan-paused ";
const RATE = "inkspan-rate ";
const DELETING = "inkspan-deleting";

const deletion = v.object({ documentId: v.string(), until: v.number() });

export function pageNotes(storage: TextStorage): PageNotes {
  /** What found no room: these notes hold until the page closes. */
  const held = new Map<string, string>();
  const read = (key: string): string => {
    const kept = held.get(key);
    if (kept !== undefined) return kept;
    try {
      return storage.getItem(key) ?? "";
    } catch {
      return ""; // storage blocked
    }
  };
  const write = (key: string, value: string): void => {
    try {
      if (value === "") storage.removeItem(key);
      else storage.setItem(key, value);
      held.delete(key);
    } catch {
      held.set(key, value);
    }
  };
  const number = (key: string): number => {
    const value = Number(read(key));
    return Number.isFinite(value) && value > 0 ? value : 0;
  };
  return {
    selected: () => read(SELECTED) || null,
    keepSelected: (id) => write(SELECTED, id ?? ""),
    draft: (key) => read(DRAFT + key),
    keepDraft: (key, text) => write(DRAFT + key, text),
    place: (id) => number(PLACE + id),
    keepPlace: (id, offset) => write(PLACE + id, offset > 0 ? String(offset) : ""),
    isPaused: (id) => read(PAUSED + id) !== "",
    keepPaused: (id, paused) => write(PAUSED + id, paused ? "1" : ""),
    isPausedKey: (key) => key.startsWith(PAUSED),
    pendingDeletions() {
      try {
        const noted: unknown = JSON.parse(read(DELETING) || "[]");
        return Array.isArray(noted) ? noted.filter((one) => v.is(deletion, one)) : [];
      } catch {
        return [];
      }
    },
    keepPendingDeletions: (list) => write(DELETING, list.length > 0 ? JSON.stringify(list) : ""),
    readingRate: (model) => number(RATE + model) || null,
    keepReadingRate: (model, rate) => write(RATE + model, rate.toFixed(2)),
    forget(id) {
      for (const kind of [DRAFT, PLACE, PAUSED]) write(kind + id, "");
    },
  };
}
