// What is happening before questions can be asked: figures when it takes more than a second, a way to
// stop when it takes more than three.
import type { ChatProgress } from "../chat-events.ts";
import type { Preparation } from "../conversation.ts";
import type { Messages } from "../messages.ts";
import { element } from "./element.ts";

const FIGURES_AFTER_MS = 1000;
const STOP_AFTER_MS = 3000;
const MEGABYTE = 1e6;

export interface PreparationActions {
  readonly stop: () => void;
  readonly resume: () => void;
  readonly retry: () => void;
}

/** Figures of a state that has some. */
export function progressOf(state: Preparation): ChatProgress | undefined {
  if (state.phase === "model" && state.model.phase === "loading") {
    const { loadedBytes: done, totalBytes: total, bytesPerSecond: perSecond } = state.model;
    const secondsLeft = perSecond > 0 ? (total - done) / perSecond : 0;
    return { stage: "model", done, total, perSecond, secondsLeft };
  }
  if ((state.phase === "reading" || state.phase === "paused") && state.progress) {
    const { tokens, totalTokens, tokensPerSecond, secondsLeft } = state.progress;
    const counts = { done: tokens, total: totalTokens, perSecond: tokensPerSecond };
    return { stage: "reading", ...counts, secondsLeft };
  }
  return undefined;
}

export class PreparationView {
  readonly box = element("div", { class: "preparation", part: "status" });
  readonly #words: Messages;
  readonly #what = element("p", {});
  readonly #figures = element("p", { class: "figures" });
  readonly #bar = element("progress", {});
  readonly #button = element("button", { type: "button" });
  readonly #actions: PreparationActions;
  #phase: Preparation["phase"] = "idle";
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #act: () => void = () => {};

  constructor(words: Messages, actions: PreparationActions) {
    this.#words = words;
    this.#actions = actions;
    this.#button.addEventListener("click", () => this.#act());
    const text = element("div", {}, this.#what, this.#figures);
    this.box.append(text, this.#button, this.#bar);
    this.show({ phase: "idle" });
  }

  show(state: Preparation): void {
    clearTimeout(this.#timer);
    const isWork = ["text", "model", "reading"].includes(state.phase);
    const wasWork = ["text", "model", "reading"].includes(this.#phase);
    if (isWork && !wasWork) this.#since = performance.now();
    this.#phase = state.phase;
    this.box.dataset["phase"] = state.phase;
    this.box.hidden = state.phase === "ready";
    this.#what.textContent = this.#sentence(state);
    const elapsed = performance.now() - this.#since;
    const progress = progressOf(state);
    const showsFigures = progress !== undefined && (elapsed > FIGURES_AFTER_MS || !isWork);
    this.#figures.hidden = !showsFigures;
    this.#bar.hidden = !isWork && state.phase !== "paused";
    this.#bar.setAttribute("aria-label", this.#what.textContent);
    if (progress && progress.total > 0) {
      this.#bar.max = progress.total;
      this.#bar.value = Math.min(progress.done, progress.total);
    } else this.#bar.removeAttribute("value");
    if (progress) this.#figures.textContent = this.#format(progress);
    this.#offer(state, elapsed);
    // A slow step may send nothing for a while: the way to stop must still appear.
    if (isWork && elapsed <= STOP_AFTER_MS) {
      this.#timer = setTimeout(() => this.show(state), STOP_AFTER_MS + 1 - elapsed);
    }
  }

  #offer(state: Preparation, elapsed: number): void {
    const { stop, resume, retry } = this.#actions;
    const isWork = ["text", "model", "reading"].includes(state.phase);
    this.#button.hidden = state.phase === "ready" || (isWork && elapsed <= STOP_AFTER_MS);
    if (isWork) this.#label(this.#words.stop, stop);
    else if (state.phase === "paused") this.#label(this.#words.resume, resume);
    else this.#label(this.#words.retry, retry);
  }

  #label(text: string, act: () => void): void {
    // The same text again would make screen readers repeat it.
    if (this.#button.textContent !== text) this.#button.textContent = text;
    this.#act = act;
  }

  #sentence(state: Preparation): string {
    const words = this.#words;
    switch (state.phase) {
      case "idle":
        return words.stopped;
      case "text":
        return words.openingText;
      case "model":
        return words.loadingModel;
      case "reading":
        return words.reading;
      case "paused":
        return words.paused;
      case "ready":
        return words.ready;
      case "failed":
        return `${words.failed} ${state.error.message}`;
    }
  }

  #format({ stage, done, total, perSecond, secondsLeft }: ChatProgress): string {
    const figures =
      stage === "model"
        ? this.#words.megabytes(done / MEGABYTE, total / MEGABYTE, perSecond / MEGABYTE)
        : this.#words.tokens(done, total, perSecond);
    const isMeasured = perSecond > 0 && Number.isFinite(secondsLeft) && done < total;
    return isMeasured ? `${figures}, ${this.#words.left(secondsLeft)}` : figures;
  }
}
