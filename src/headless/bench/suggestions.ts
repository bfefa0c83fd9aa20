// `npm run bench -- suggestions`: what is suggested of texts before anybody asks, to be read by a person, and how many of
// the questions that sentences give the model answers rightly.
import path from "node:path";
import type { Asked } from "../../engine/ask/ask-documents.ts";
import { openTexts } from "../../engine/ask/asked-texts.ts";
import { bindDocuments } from "../../engine/attention/binding.ts";
import type { BoundModel } from "../../engine/attention/bound-model.ts";
import { fittingEngine } from "../../engine/attention/engines.ts";
import { DEFAULT_ENGINE } from "../../engine/attention/engine-names.ts";
import { OverviewMaker } from "../../engine/overview/overview-maker.ts";
import { overviewVoice } from "../../engine/overview/overview-voice.ts";
import { TokenCounter } from "../../engine/transformer/token-counter.ts";
import { Arguments } from "../arguments.ts";
import { openDocument } from "../open-document.ts";
import { openChosen, OPENING_OPTIONS, printJson } from "../open-headless.ts";
import { createUnread, readDocument } from "../read-document.ts";

interface Source {
  readonly title: string;
  readonly text: string;
}

export async function suggestions(args: readonly string[]): Promise<void> {
  const options = new Arguments(args, ["model", "document", ...OPENING_OPTIONS], ["unread"]);
  const { backend, loaded } = await openChosen(options.text("model"), options);
  const { config } = loaded.model;
  const binding = bindDocuments(loaded, fittingEngine(config, DEFAULT_ENGINE), {});
  const model = { backend, loaded, binding, counter: new TokenCounter() };
  for (const file of options.all("document")) {
    const { text } = await openDocument(file);
    const title = path.basename(file);
    const asked = await (options.flag("unread") ? unread : read)(model, { title, text });
    const maker = new OverviewMaker(overviewVoice(model, () => performance.now()));
    const { signal } = new AbortController();
    const started = performance.now();
    let steps = 0;
    for (;;) {
      steps += 1;
      const overview = await maker.step(asked, signal);
      if (!overview) continue;
      const seconds = (performance.now() - started) / 1000;
      printJson({
        title,
        characters: text.length,
        ...overview,
        tried: steps - 1,
        seconds,
      });
      break;
    }
    asked.session?.destroy();
  }
}

async function read(model: BoundModel, source: Source): Promise<Asked> {
  const { session, document } = await readDocument(model, source);
  return { session, documents: [document] };
}

/** Passages by words alone: a book is not read for an hour. */
async function unread(model: BoundModel, source: Source): Promise<Asked> {
  const { repository, docId } = await createUnread(model, source);
  return { documents: await openTexts([docId], repository) };
}
