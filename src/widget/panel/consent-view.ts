// Before the first question goes to a model server: what leaves the page, where it goes, and yes or no.
import type { Messages } from "../messages.ts";
import { isAgreed, keepAgreement } from "../server-agreement.ts";
import { element } from "./element.ts";

export class ConsentView {
  readonly box: HTMLElement;
  readonly #server: string;
  readonly #agree: HTMLButtonElement;
  #settle: ((agreed: boolean) => void) | undefined;
  #hasAgreed = false;

  constructor(words: Messages, server: string, model: string) {
    this.#server = server;
    this.#agree = element("button", { type: "button", class: "primary" }, words.send);
    const decline = element("button", { type: "button" }, words.doNotSend);
    this.#agree.addEventListener("click", () => this.#close(true));
    decline.addEventListener("click", () => this.#close(false));
    const label = { role: "alertdialog", "aria-label": words.consentTitle };
    this.box = element(
      "div",
      { class: "consent", part: "consent", ...label },
      element("p", {}, words.consent(model, server)),
      element("div", { class: "buttons" }, this.#agree, decline),
    );
    this.box.hidden = true;
  }

  /** True when a question may go there; asks the person the first time. */
  mayAsk(): Promise<boolean> {
    if (this.#hasAgreed || isAgreed(this.#server)) return Promise.resolve(true);
    this.#settle?.(false);
    this.box.hidden = false;
    this.#agree.focus();
    return new Promise((resolve) => (this.#settle = resolve));
  }

  /** Nobody will answer any more. */
  withdraw(): void {
    this.#close(false);
  }

  #close(agreed: boolean): void {
    this.box.hidden = true;
    if (agreed) {
      this.#hasAgreed = true;
      keepAgreement(this.#server);
    }
    this.#settle?.(agreed);
    this.#settle = undefined;
  }
}
