// Questions, completions and who answers them: the loaded model in its turn, or a model server. Not here: how an
// answer comes about (ask-documents.ts, completion.ts).
import type {
  Answer,
  AskRequest,
  EngineEvent,
  GeneratedText,
  GenerateRequest,
  ServerChoice,
} from "../api.ts";
import type { BoundModel } from "../attention/bound-model.ts";
import type { RunningJobs } from "../host/running-jobs.ts";
import type { Turnstile } from "../host/turnstile.ts";
import type { Fetch } from "../model-server/server-connection.ts";
import type { DocumentRepository } from "../store/repository.ts";
import { type Asked, askDocuments, recallPassages, shareOf } from "./ask-documents.ts";
import { completeText, forConversation } from "./completion.ts";
import { openAsked } from "./open-asked.ts";
import { answerConstraint, requireManner, requireSampling } from "./requests.ts";
import type { SessionCache } from "./session-cache.ts";

export interface QuestionParts {
  readonly repository: DocumentRepository;
  readonly turnstile: Turnstile;
  readonly sessions: SessionCache;
  readonly jobs: RunningJobs;
  /** Throws `no-model` while no model is loaded. */
  readonly require: () => BoundModel;
  readonly ready: () => BoundModel | undefined;
  /** A document from a file is compared with its text before it is first asked. */
  readonly prove: (documentId: string) => Promise<void>;
  readonly fetch: { readonly fetch?: Fetch };
  readonly now: () => number; // ms
  readonly emit: (event: EngineEvent) => void;
  readonly onAnswer: () => void;
}

export class QuestionDesk {
  readonly #parts: QuestionParts;

  constructor(parts: QuestionParts) {
    this.#parts = parts;
  }

  ask(request: AskRequest): Promise<Answer> {
    const { jobId, server } = request;
    const { jobs, turnstile, require, emit, now, fetch, onAnswer } = this.#parts;
    return jobs.run(jobId, async (signal) => {
      requireSampling(request);
      requireManner(request);
      const told = {
        ...request,
        sampling: request,
        signal,
        onText: (text: string) => emit({ type: "token", jobId, text }),
        now,
      };
      if (server) {
        const { askServer } = await import("../model-server/server-desk.ts");
        return askServer(fetch, server, () => this.#find(request, signal), told);
      }
      return turnstile.run("question", async () => {
        const model = require();
        const answer = await askDocuments(model, await this.open(request, model), told);
        onAnswer();
        return answer;
      });
    });
  }

  /** The models of a server; nothing of any document is sent. */
  async listServerModels(server: Pick<ServerChoice, "address" | "key">) {
    const { listModels } = await import("../model-server/server-desk.ts");
    return listModels(this.#parts.fetch, server);
  }

  /** Plain completion; no document takes part. */
  generate(request: GenerateRequest): Promise<GeneratedText> {
    const { jobId, temperature, topK, topP, seed } = request;
    const { jobs, turnstile, require, emit, now } = this.#parts;
    return jobs.run(jobId, (signal) =>
      turnstile.run("question", async () => {
        requireSampling(request);
        const model = forConversation(require());
        return completeText(model, {
          ...request,
          constraint: await answerConstraint(request, model.loaded.tokenizer),
          sampling: { temperature, topK, topP, seed },
          signal,
          onPiece: (piece) => emit({ type: "pieces", jobId, pieces: [piece] }),
          now,
        });
      }),
    );
  }

  /** To be called in a turn. */
  async open(
    request: Pick<AskRequest, "documentIds" | "answerMode">,
    model: BoundModel | undefined,
  ): Promise<Asked> {
    const { prove, sessions, repository } = this.#parts;
    for (const id of request.documentIds) await prove(id);
    return openAsked(request, model, sessions, repository);
  }

  /** Passages for somebody else to read; the device is free again while they are read. */
  #find(request: AskRequest, signal: AbortSignal) {
    const { turnstile, ready } = this.#parts;
    return turnstile.run("question", async () => {
      const model = ready();
      const asked = await this.open({ ...request, answerMode: "reread" }, model);
      const recalled = await recallPassages(model, asked, { ...request, signal });
      return { recalled, ...shareOf(asked), documents: asked.documents };
    });
  }
}
