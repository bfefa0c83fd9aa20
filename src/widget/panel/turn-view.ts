// One question with its answer and the passages it was drawn from.
import { type Answer, type Evidence, toErrorData } from "../../library/index.ts";
import { markdownNodes } from "../../markdown/index.ts";
import type { Messages } from "../messages.ts";
import { element } from "./element.ts";

let nextId = 1;

export class TurnView {
  readonly box: HTMLElement;
  readonly #words: Messages;
  readonly #answer: HTMLElement;
  readonly #onEvidence: (evidence: Evidence) => void;
  #text = "";

  constructor(question: string, words: Messages, onEvidence: (evidence: Evidence) => void) {
    this.#words = words;
    this.#onEvidence = onEvidence;
    const id = `question-${nextId++}`;
    const heading = element("h3", { id, part: "question" }, question);
    this.#answer = element("div", { class: "answer", part: "answer" }, words.answering);
    this.box = element("article", { class: "turn", "aria-labelledby": id });
    this.box.dataset["status"] = "waiting";
    this.box.append(heading, this.#answer);
  }

  /** Streamed text is shown plain; Markdown is rendered when it is whole. */
  write(piece: string): void {
    this.#text += piece;
    this.box.dataset["status"] = "streaming";
    this.#answer.textContent = this.#text;
  }

  finish({ text, evidence, grounding, stopped, server }: Answer): void {
    this.box.dataset["status"] = "done";
    if (server) {
      const mark = this.#words.answeredBy(server.model, server.origin);
      this.#answer.after(element("p", { class: "hint", part: "answerer" }, mark));
    }
    const stoppedEarly = stopped === "cancelled" ? this.#words.stopped : this.#words.noAnswer;
    if (text.trim() === "") this.#answer.textContent = stoppedEarly;
    else {
      const marker = (passage: number) => this.#marker(evidence[passage]!, passage);
      this.#answer.replaceChildren(markdownNodes(text, grounding.citations, marker));
    }
    const { state, kind, closest } = grounding;
    this.box.dataset["grounding"] = state;
    if (evidence.length === 0) return;
    if (state === "unsupported" && closest) {
      // A weak answer must not hide the passage that tells.
      const passage = evidence[closest.passage]!;
      const sentence = passage.text.slice(
        closest.start - passage.start,
        closest.end - passage.start,
      );
      const before = element("p", { class: "closest" }, `${this.#words.closest} `);
      before.append(element("q", {}, sentence));
      this.#answer.before(before, element("p", { class: "unsupported" }, this.#words.unsupported));
    }
    const name = kind === "closest" ? this.#words.closestPassages : this.#words.evidence;
    const label = { "aria-label": name, part: "evidence" };
    const list = element("ul", { class: "evidence", ...label });
    evidence.forEach((one, index) => list.append(element("li", {}, this.#passage(one, index))));
    this.box.append(list);
  }

  fail(thrown: unknown): void {
    const { code, message } = toErrorData(thrown);
    this.box.dataset["status"] = code === "cancelled" ? "done" : "failed";
    const text = `${this.#words.failed} ${message}`;
    this.#answer.textContent = code === "cancelled" ? this.#words.stopped : text;
  }

  #passage(evidence: Evidence, index: number): HTMLElement {
    const quote = evidence.text.replaceAll(/\s+/g, " ").trim();
    const button = element("button", {
      type: "button",
      part: "evidence-button",
      "aria-pressed": "false",
      "aria-label": this.#words.showPassage(index + 1, quote),
    });
    const { place } = evidence as { readonly place?: string };
    if (place) button.append(element("span", { class: "place" }, place));
    button.append(element("q", {}, quote));
    button.addEventListener("click", () => this.#show(evidence, index));
    return button;
  }

  /** Stands behind a sentence of the answer; the quote is its tooltip and its name. */
  #marker(evidence: Evidence, index: number): HTMLElement {
    const quote = evidence.text.replaceAll(/\s+/g, " ").trim();
    const name = this.#words.citation(index + 1, quote);
    const marker = element(
      "button",
      { type: "button", class: "citation", part: "citation", "aria-label": name, title: quote },
      `[${index + 1}]`,
    );
    marker.addEventListener("click", () => this.#show(evidence, index));
    return marker;
  }

  #show(evidence: Evidence, index: number): void {
    const root = this.box.getRootNode() as ShadowRoot;
    const own = this.box.querySelectorAll(".evidence button")[index];
    for (const other of root.querySelectorAll(".evidence button")) {
      other.setAttribute("aria-pressed", String(other === own));
    }
    this.#onEvidence(evidence);
  }
}
