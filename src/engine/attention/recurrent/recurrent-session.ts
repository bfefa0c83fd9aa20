// Questions to a document whose state is stored: every question starts from a copy of that state, so
// nothing of the document is computed again and nothing of a question is left for the next.
// A state says nothing about where something stands in the text: there is no evidence by attention.

import { EngineError } from "../../errors.ts";
import type { BoundModel } from "../bound-model.ts";
import { atOnce, decode, type DecodeOptions } from "../decoder.ts";
import type {
  DocumentSession,
  GenerateOptions,
  Generation,
  Recollection,
  StoredDocument,
} from "../engine.ts";
import { sessionTokens } from "../ltri/sizes.ts";
import { Sampler } from "../sampler.ts";
import { requireRoom } from "../session-room.ts";
import { openBoundStream, streamIds } from "./bound-stream.ts";
import type { RecurrentStream, StreamState } from "./recurrent-stream.ts";
import { damagedState, decodeState } from "./state-record.ts";

/** Throws `index-damaged`. */
export async function openRecurrentSession(
  model: BoundModel,
  { reader, checkpoint }: StoredDocument,
): Promise<DocumentSession> {
  const tokens = streamIds(model.binding.prompt, await reader.tokenIds());
  const state = decodeState(checkpoint, tokens);
  if (state.position !== tokens.length) {
    throw new EngineError(
      "index-damaged",
      `The state of "${reader.manifest.title}" stands at token ${state.position} of ${tokens.length}. Read the document again.`,
    );
  }
  const stream = openBoundStream(model);
  try {
    stream.restore(state);
    if (!stream.isFinite(state)) throw damagedState("it is not all numbers");
  } catch (error) {
    stream.destroy();
    throw error;
  }
  return new RecurrentSession(model, stream, state);
}

class RecurrentSession implements DocumentSession {
  readonly #model: BoundModel;
  readonly #stream: RecurrentStream;
  readonly #sampler: Sampler;
  readonly #document: StreamState;

  constructor(model: BoundModel, stream: RecurrentStream, document: StreamState) {
    this.#model = model;
    this.#stream = stream;
    this.#document = document;
    this.#sampler = new Sampler(model.backend, model.loaded.model.config.vocab);
  }

  get documentTokens(): number {
    return this.#document.position;
  }

  get sessionTokens(): number {
    return sessionTokens(this.#model.loaded.model.config.contextLength);
  }

  get ramBytes(): number {
    return this.#document.bytes.length;
  }

  /** Nothing: a state does not tell where in the text something stands. */
  recall(): Promise<Recollection> {
    return Promise.resolve({ attended: [], matched: [], spansRecalled: 0 });
  }

  async generate(prompt: readonly number[], options: GenerateOptions): Promise<Generation> {
    const maxTokens = Math.min(options.maxTokens, this.sessionTokens - prompt.length);
    requireRoom(prompt, maxTokens, this.sessionTokens, "this model");
    const { turn = atOnce, sampling } = options;
    const { transformer, workspace } = this.#stream.stack;
    const started = options.now();
    await this.#read(prompt.slice(0, -1), options);
    const next = (step: number) =>
      this.#stream.step((recorder) => {
        transformer.logits(recorder, workspace, 0, 1);
        return this.#sampler.sample(recorder, workspace, sampling, step);
      });
    // The last token alone: its step gives the first one of the answer.
    this.#model.backend.upload(workspace.ids, 0, Uint32Array.of(prompt.at(-1)!));
    const first = await turn(() => next(0));
    const firstAt = options.now();
    const decoded = await decode(first, maxTokens, options, next);
    return {
      ...decoded,
      attended: [],
      spansRecalled: 0,
      timeToFirstTokenMs: firstAt - started,
      decodeMs: options.now() - firstAt,
    };
  }

  destroy(): void {
    this.#sampler.destroy();
    this.#stream.destroy();
  }

  /** The document's state, and `ids` behind it. */
  async #read(
    ids: readonly number[],
    { signal, turn = atOnce }: Pick<DecodeOptions, "signal" | "turn">,
  ): Promise<void> {
    const { chunk } = this.#model.binding.parameters;
    this.#stream.restore(this.#document);
    for (let at = 0; at < ids.length; at += chunk) {
      if (signal?.aborted) throw new EngineError("cancelled", "The question was cancelled.");
      const piece = Uint32Array.from(ids.slice(at, at + chunk));
      const documentEnd = this.#document.position;
      await turn(() => this.#stream.read(piece, undefined, () => undefined, documentEnd));
    }
  }
}
