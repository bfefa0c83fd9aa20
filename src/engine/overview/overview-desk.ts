// Makes the overview of the document that was wished for, in idle time: while nothing is asked, read or lent. A step
// ends at once when anything is; what it had is kept in memory, and it is taken again later.
import type { EngineEvent } from "../api.ts";
import type { Asked } from "../ask/ask-documents.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import type { Turnstile } from "../host/turnstile.ts";
import type { DocumentRepository } from "../store/repository.ts";
import { makesOverviews } from "./making-models.ts";
import type { OverviewMaker } from "./overview-maker.ts";
import type { DocumentOverview } from "./types.ts";

export interface OverviewParts {
  readonly repository: DocumentRepository;
  readonly turnstile: Turnstile;
  readonly model: () => BoundModel | undefined;
  readonly open: (documentId: string, model: BoundModel) => Promise<Asked>;
  readonly isBusy: () => boolean;
  readonly now: () => number; // ms
  readonly emit: (event: EngineEvent) => void;
}

/** After the last step, or after anything else had the device. */
const PAUSE_MS = 200;
const QUIET_MS = 1_500;

interface Making {
  readonly documentId: string;
  readonly binding: BoundModel["binding"];
  readonly maker: OverviewMaker;
}

export class OverviewDesk {
  readonly #parts: OverviewParts;
  #wish: string | undefined;
  #making: Making | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWorking = false;

  constructor(parts: OverviewParts) {
    this.#parts = parts;
  }

  /** The one document that is to have an overview; undefined: none. A model that makes none leaves it. */
  wish(documentId: string | undefined): void {
    this.#wish = documentId;
    this.#later(QUIET_MS);
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#wish !== undefined) this.#timer = setTimeout(() => void this.#work(), ms);
  }

  async #work(): Promise<void> {
    const documentId = this.#wish;
    const model = this.#parts.model();
    if (documentId === undefined || this.#isWorking) return;
    if (!model || !makesOverviews(model)) return this.#end(documentId);
    if (this.#parts.isBusy()) return this.#later(QUIET_MS);
    this.#isWorking = true;
    try {
      const made =
        (await this.#parts.repository.overview(documentId)) ??
        (await this.#step(documentId, model));
      if (made && this.#wish === documentId) {
        this.#parts.emit({ type: "overview", documentId, overview: made });
        this.#end(documentId);
      }
    } catch {
      // It was deleted, is read anew or damaged: whoever opens it is told, and may wish again.
      this.#end(documentId);
    } finally {
      this.#isWorking = false;
    }
    this.#later(this.#parts.isBusy() ? QUIET_MS : PAUSE_MS);
  }

  /** Undefined when there is more to do. */
  async #step(documentId: string, model: BoundModel): Promise<DocumentOverview | undefined> {
    const { repository, turnstile, open } = this.#parts;
    const { maker } = await this.#makerFor(documentId, model);
    return turnstile.idle(async (signal) => {
      if (this.#parts.model() !== model) return undefined;
      try {
        const asked = await open(documentId, model);
        const made = await maker.step(asked, signal);
        if (made && this.#wish === documentId) await repository.keepOverview(documentId, made);
        return made;
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
    });
  }

  async #makerFor(documentId: string, model: BoundModel): Promise<Making> {
    const { binding } = model;
    const held = this.#making;
    if (held?.documentId === documentId && held.binding === binding) return held;
    const [{ OverviewMaker }, { overviewVoice }] = await Promise.all([
      import("./overview-maker.ts"),
      import("./overview-voice.ts"),
    ]);
    const maker = new OverviewMaker(overviewVoice(model, this.#parts.now));
    this.#making = { documentId, binding, maker };
    return this.#making;
  }

  #end(documentId: string): void {
    if (this.#wish === documentId) this.#wish = undefined;
    if (this.#making?.documentId === documentId) this.#making = undefined;
  }
}
