// A passage of a text that is not on the page, with what stands around it.
import type { Evidence } from "../../library/index.ts";
import type { Messages } from "../messages.ts";
import { element } from "./element.ts";

const AROUND = 1500; // UTF-16 units before and after

export class PassageView {
  readonly box = element("section", { class: "passage", part: "passage" });
  readonly #text: HTMLElement;

  constructor(words: Messages, back: () => void) {
    this.box.hidden = true;
    const button = element("button", { type: "button" }, words.back);
    button.addEventListener("click", back);
    const region = { role: "region", "aria-label": words.passage, tabindex: "0" };
    this.#text = element("div", { class: "passage-text", ...region });
    this.box.append(button, this.#text);
  }

  show(text: string, { start, end }: Evidence): void {
    const mark = element("mark", {}, text.slice(start, end));
    const before = text.slice(Math.max(0, start - AROUND), start);
    const after = text.slice(end, end + AROUND);
    this.#text.replaceChildren(before, mark, after);
    this.box.hidden = false;
    this.#text.focus();
    mark.scrollIntoView({ block: "center" });
  }
}
