// The loop around the steps of an answer: when it ends and who is told. What a step does is the caller's.

import { NO_TOKEN } from "../../../kernels/index.ts";
import { EngineError } from "../errors.ts";
import type { Constraint } from "../grammar/constraint.ts";
import type { Sampling } from "./sampler.ts";

/** Runs one step when it is its turn on the device. */
export type TakeTurn = <T>(step: () => Promise<T>) => Promise<T>;
export const atOnce: TakeTurn = (step) => step();

export interface DecodeOptions {
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly stopIds: ReadonlySet<number>;
  readonly onToken: (id: number) => void;
  /** Default: at once. */
  readonly turn?: TakeTurn | undefined;
  /** The form that the answer must have. */
  readonly constraint?: Constraint | undefined;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number; // ms
}

export interface Decoded {
  readonly ids: readonly number[];
  readonly stopped: "end" | "length" | "cancelled";
}

/** `next` gets the number of tokens so far and gives the id that follows them. */
export async function decode(
  first: number,
  maxTokens: number,
  { stopIds, onToken, turn = atOnce, constraint, signal }: DecodeOptions,
  next: (tokens: number) => Promise<number>,
): Promise<Decoded> {
  const ids: number[] = [];
  for (let id = first; ;) {
    if (id === NO_TOKEN) {
      const message = "The model computed numbers that are not finite, so the answer was ended.";
      throw new EngineError("not-finite", message);
    }
    if (signal?.aborted) return { ids, stopped: "cancelled" };
    if (stopIds.has(id)) return { ids, stopped: "end" };
    ids.push(id);
    onToken(id);
    constraint?.take(id);
    if (constraint?.isOver) return { ids, stopped: "end" };
    if (ids.length === maxTokens) {
      return { ids, stopped: constraint?.isComplete ? "end" : "length" };
    }
    id = await turn(() => next(ids.length));
  }
}

/** The steps of an answer, in their order; each is run when it is its turn. */
export interface AnswerSteps {
  read(turn: TakeTurn): Promise<unknown>;
  first(): Promise<number>;
  next(tokens: number): Promise<number>;
}

export interface TimedDecoded extends Decoded {
  readonly timeToFirstTokenMs: number;
  readonly decodeMs: number;
}

/** Reads the prompt, decodes, and says how long both took. */
export async function decodeTimed(
  maxTokens: number,
  options: DecodeOptions,
  steps: AnswerSteps,
): Promise<TimedDecoded> {
  const started = options.now();
  const turn = options.turn ?? atOnce;
  await steps.read(turn);
  const first = await turn(() => steps.first());
  const firstAt = options.now();
  const decoded = await decode(first, maxTokens, options, (tokens) => steps.next(tokens));
  // The end token's step is run for nothing but its attention: an empty answer needs evidence, too.
  if (decoded.stopped === "end" && decoded.ids.length === 0) await turn(() => steps.next(1));
  const decodeMs = options.now() - firstAt;
  return { ...decoded, timeToFirstTokenMs: firstAt - started, decodeMs };
}
