// The conversation of a widget over a reload: kept by the tab, for the page and the text that it is about,
// and gone with the tab.
import type { Answer, Evidence } from "../library/index.ts";

export interface KeptTurn {
  readonly question: string;
  readonly answer: Answer;
}

export interface KeptTurns {
  /** Oldest first; nothing where none are kept or what is kept cannot be understood. */
  read(): readonly KeptTurn[];
  add(turn: KeptTurn): void;
  clear(): void;
}

const MOST = 50;

export const noTurns: KeptTurns = { read: () => [], add: () => undefined, clear: () => undefined };

/** `subject`: the page, and which of its texts. */
export function turnsOfTab(subject: string): KeptTurns {
  const key = `inkspan-chat turns ${subject}`;
  return {
    read() {
      try {
        const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? "[]");
        return Array.isArray(value) ? value.filter(isTurn) : [];
      } catch {
        return []; // storage blocked, or not ours
      }
    },
    add(turn) {
      const turns = [...this.read(), turn].slice(-MOST);
      try {
        sessionStorage.setItem(key, JSON.stringify(turns));
      } catch {
        // blocked or full: the conversation lasts as long as the page
      }
    },
    clear() {
      try {
        sessionStorage.removeItem(key);
      } catch {
        // blocked: nothing is kept
      }
    },
  };
}

/** Other scripts of the page can write there, too. */
function isTurn(value: unknown): value is KeptTurn {
  const { question, answer } = (value ?? {}) as Partial<KeptTurn>;
  if (typeof question !== "string" || typeof answer !== "object" || answer === null) return false;
  const { text, evidence, grounding } = answer as Partial<Answer>;
  return (
    typeof text === "string" &&
    Array.isArray(grounding?.citations) &&
    Array.isArray(evidence) &&
    evidence.every(isPassage)
  );
}

function isPassage(value: unknown): value is Evidence {
  const { text, documentId } = (value ?? {}) as Partial<Evidence>;
  return typeof text === "string" && typeof documentId === "string";
}
