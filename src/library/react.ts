// Entry `inkspan/react` of the package: the library as hooks. The engine lives as long as the component
// that calls `useInkspan`; give it to others by props or a context.
import { useCallback, useEffect, useRef, useState } from "react";
import {
  createInkspan,
  type Answer,
  type AskOptions,
  type DocumentSummary,
  type EngineErrorData,
  type IngestProgress,
  type Inkspan,
  type InkspanOptions,
  type ModelState,
  toErrorData,
} from "./package-entry.ts";

export interface InkspanState {
  /** Null until the component is mounted. */
  readonly inkspan: Inkspan | null;
  readonly model: ModelState;
  readonly documents: readonly DocumentSummary[];
  /** Of the document that is being read. */
  readonly progress: IngestProgress | null;
}

const START: InkspanState = {
  inkspan: null,
  model: { phase: "idle" },
  documents: [],
  progress: null,
};

/** Other options make another engine. */
export function useInkspan({ model, engine, files }: InkspanOptions = {}): InkspanState {
  const [state, setState] = useState<InkspanState>(START);
  const { worker, defaultModel } = files ?? {};
  useEffect(() => {
    const inkspan = createInkspan({
      ...(model === undefined ? {} : { model }),
      ...(engine === undefined ? {} : { engine }),
      ...(worker === undefined
        ? {}
        : { files: { worker, ...(defaultModel === undefined ? {} : { defaultModel }) } }),
    });
    const change = (part: Partial<InkspanState>) => setState((now) => ({ ...now, ...part }));
    inkspan.on("model", (next) => change({ model: next }));
    inkspan.on("documents", (documents) => change({ documents }));
    inkspan.on("progress", (progress) => change({ progress }));
    change({ inkspan });
    return () => {
      inkspan.dispose();
      setState(START);
    };
  }, [model, engine, worker, defaultModel]);
  return state;
}

export interface AnswerState {
  readonly status: "idle" | "answering" | "done" | "failed";
  /** Grows while the model writes. */
  readonly text: string;
  readonly answer: Answer | null;
  readonly error: EngineErrorData | null;
}

export interface Asking extends AnswerState {
  /** A question asked before is cancelled. */
  readonly ask: (
    documentId: string,
    question: string,
    options?: Omit<AskOptions, "signal">,
  ) => Promise<void>;
  readonly stop: () => void;
}

const SILENT: AnswerState = { status: "idle", text: "", answer: null, error: null };

/** One answer at a time, as it is written. */
export function useAnswer(inkspan: Inkspan | null): Asking {
  const [state, setState] = useState<AnswerState>(SILENT);
  const running = useRef<AbortController | null>(null);
  const stop = useCallback(() => running.current?.abort(), []);
  useEffect(() => stop, [inkspan, stop]);

  const ask: Asking["ask"] = useCallback(
    async (documentId, question, options = {}) => {
      if (!inkspan) return;
      running.current?.abort();
      const abort = new AbortController();
      running.current = abort;
      // Pieces of an answer that was replaced must not reach the new one.
      const change = (next: (now: AnswerState) => AnswerState) => {
        if (running.current === abort) setState(next);
      };
      change(() => ({ ...SILENT, status: "answering" }));
      try {
        const stream = inkspan.ask(documentId, question, { ...options, signal: abort.signal });
        for await (const piece of stream) change((now) => ({ ...now, text: now.text + piece }));
        const answer = await stream.result;
        change(() => ({ status: "done", text: answer.text, answer, error: null }));
      } catch (thrown) {
        const error = toErrorData(thrown);
        change((now) => ({ ...now, status: "failed", error }));
      }
    },
    [inkspan],
  );
  return { ...state, ask, stop };
}
