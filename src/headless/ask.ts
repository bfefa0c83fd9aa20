// `ask`: the document is read once, then every question gets one JSON line.
import path from "node:path";
import { ANSWER_MODES, DEFAULT_ANSWER_MODE, isAnswerMode } from "../engine/ask/answer-modes.ts";
import { askDocuments } from "../engine/ask/ask-documents.ts";
import { DEFAULT_ENGINE } from "../engine/attention/engine-names.ts";
import { fittingEngine, requireEngineName, requireFitting } from "../engine/attention/engines.ts";
import { bindDocuments } from "../engine/attention/binding.ts";
import { parameterOverrides } from "../engine/attention/parameters.ts";
import { EngineError } from "../engine/errors.ts";
import { TokenCounter } from "../engine/transformer/token-counter.ts";
import { Arguments } from "./arguments.ts";
import { headWeightsOf } from "./calibrate.ts";
import { openChosen, OPENING_OPTIONS, printJson } from "./open-headless.ts";
import { openDocument } from "./open-document.ts";

import { readDocument } from "./read-document.ts";
import { GREEDY } from "../engine/attention/sampler.ts";

export async function ask(args: readonly string[]): Promise<void> {
  const names = [
    ...["model", "document", "question", "engine", "answer-mode", "max-tokens", "set"],
    ...OPENING_OPTIONS,
  ];
  const options = new Arguments(args, names, ["quiet"]);
  const named = options.optional("engine");
  const wanted = named === undefined ? undefined : requireEngineName(named);
  const answerMode = options.optional("answer-mode") ?? DEFAULT_ANSWER_MODE;
  if (!isAnswerMode(answerMode)) {
    const known = ANSWER_MODES.join(", ");
    throw new EngineError("invalid-argument", `--answer-mode ${answerMode}: known are ${known}.`);
  }
  const questions = options.all("question");
  if (questions.length === 0) throw new EngineError("invalid-argument", "--question is missing.");
  const file = options.text("document");
  const { text, notices } = await openDocument(file);
  for (const notice of notices) process.stderr.write(`${notice}\n`);
  const model = options.text("model");
  const { backend, loaded } = await openChosen(model, options);
  const { config } = loaded.model;
  if (wanted) requireFitting(config, wanted);
  const engine = wanted ?? fittingEngine(config, DEFAULT_ENGINE);
  const overrides = parameterOverrides(options.settings());
  const isCalibrated = overrides.voting === "calibrated";
  const weights = isCalibrated ? await headWeightsOf(model, backend, loaded) : undefined;
  const binding = bindDocuments(loaded, engine, overrides, weights);
  const bound = { backend, loaded, binding, counter: new TokenCounter() };
  const title = path.basename(file);
  const quiet = options.flag("quiet");
  const read = await readDocument(bound, { title, text }, (done, total) => {
    if (!quiet) process.stderr.write(`\r${done} of ${total} tokens`);
  });
  if (!quiet) process.stderr.write("\n");

  const asked = { session: read.session, documents: [read.document] };
  for (const question of questions) {
    const answer = await askDocuments(bound, asked, {
      question,
      answerMode,
      history: [],
      maxTokens: options.integer("max-tokens", 64),
      sampling: GREEDY,
      signal: undefined,
      onText: () => undefined,
      now: () => performance.now(),
    });
    const gpuBytes = Object.values(backend.ledger()).reduce((sum, bytes) => sum + bytes, 0);
    printJson({
      question,
      answer: answer.text,
      mode: answer.mode,
      evidence: answer.evidence.map(({ documentId: _, ...passage }) => passage),
      grounding: answer.grounding,
      stats: { ...answer.stats, ingestTokensPerSecond: read.tokensPerSecond, gpuBytes },
    });
  }
}
