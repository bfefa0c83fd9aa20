// The open widget: what is being prepared, questions and answers, the form. It is fetched when a person
// first opens the widget.
import { type Answer, type Evidence, InkspanError } from "../../library/index.ts";
import type { ChatEvents } from "../chat-events.ts";
import {
  Conversation,
  type ConversationSettings,
  type Preparation,
  subjectOf,
} from "../conversation.ts";
import { type KeptTurns, noTurns, turnsOfTab } from "../kept-turns.ts";
import type { Messages } from "../messages.ts";
import { clearPassages, showPassages } from "../source/page-highlight.ts";
import { serverName } from "../server-agreement.ts";
import { adoptStyles } from "../styles.ts";
import { ConsentView } from "./consent-view.ts";
import { element } from "./element.ts";
import { trapFocus } from "./focus-trap.ts";
import styles from "./panel.css?inline";
import { PassageView } from "./passage-view.ts";
import { PreparationView, progressOf } from "./preparation-view.ts";
import { TurnView } from "./turn-view.ts";

/** What the panel needs of its element. */
export interface PanelHost {
  readonly root: ShadowRoot;
  readonly words: Messages;
  readonly placeholder: string;
  readonly settings: ConversationSettings;
  /** The conversation survives a reload of the page. */
  readonly keeps: boolean;
  /** False when a listener prevented the default. */
  emit<Type extends keyof ChatEvents>(type: Type, detail: ChatEvents[Type]): boolean;
  /** A person wants it closed. */
  close(): void;
}

export class Panel {
  readonly #host: PanelHost;
  readonly #box: HTMLElement;
  readonly #preparation: PreparationView;
  readonly #passage: PassageView;
  /** Where a server answers. */
  readonly #consent: ConsentView | undefined;
  readonly #readyText: string;
  readonly #messages: HTMLElement;
  readonly #hint: HTMLElement;
  /** What of the file could not be read. */
  readonly #notices = element("p", { class: "notices", part: "notices", role: "note" });
  readonly #input: HTMLTextAreaElement;
  readonly #button: HTMLButtonElement;
  readonly #announcement = element("div", { class: "announcement", role: "status" });
  readonly #conversation: Conversation;
  readonly #kept: KeptTurns;
  #asking: AbortController | undefined;
  #evidence: readonly Evidence[] = [];

  constructor(host: PanelHost) {
    this.#host = host;
    const { root, words } = host;
    adoptStyles(root, styles);
    this.#kept = host.keeps ? turnsOfTab(subjectOf(host.settings.choice)) : noTurns;
    this.#conversation = new Conversation(host.settings, (state) => this.#show(state));
    this.#preparation = new PreparationView(words, {
      stop: () => void this.#conversation.stop(),
      resume: () => void this.#conversation.resume(),
      retry: () => this.#prepare(),
    });
    this.#passage = new PassageView(words, () => this.#showMessages());
    const { answerer } = host.settings;
    const server = answerer && serverName(answerer.address);
    this.#consent = server ? new ConsentView(words, server, answerer.model) : undefined;
    this.#readyText = server ? words.readyFor(server) : words.ready;
    this.#hint = element("p", { class: "hint" }, server ? words.sentTo(server) : words.local);
    this.#messages = element(
      "div",
      { class: "messages", part: "messages", "aria-label": words.conversation },
      this.#hint,
    );
    this.#messages.setAttribute("role", "region");
    this.#messages.tabIndex = 0; // reachable for scrolling by keyboard
    this.#input = element("textarea", {
      rows: "1",
      part: "input",
      "aria-label": words.question,
      placeholder: host.placeholder,
      maxlength: "2000",
      enterkeyhint: "send",
    });
    this.#button = element("button", { class: "primary", part: "ask" }, words.ask);
    const form = element("form", { part: "form" }, this.#input, this.#button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!this.#asking) this.#submit();
    });
    this.#box = element(
      "div",
      { class: "panel", part: "panel", role: "dialog", "aria-labelledby": "title" },
      this.#header(),
      this.#preparation.box,
      this.#notices,
      this.#messages,
      this.#passage.box,
      ...(this.#consent ? [this.#consent.box] : []),
      form,
      this.#announcement,
    );
    this.#notices.hidden = true;
    this.#restore();
    this.#box.popover = "manual";
    trapFocus(this.#box, () => host.close());
    root.append(this.#box);
  }

  show(): void {
    if (!this.#box.matches(":popover-open")) this.#box.showPopover();
    this.#input.focus();
    this.#prepare();
  }

  hide(): void {
    this.#box.hidePopover();
    clearPassages();
  }

  /** Ends everything; the panel cannot be shown again. */
  destroy(): void {
    this.#asking?.abort();
    this.#consent?.withdraw();
    this.#conversation.close();
    clearPassages();
    this.#box.remove();
  }

  async ask(question: string): Promise<Answer> {
    const { emit, words } = this.#host;
    if (this.#consent && !(await this.#consent.mayAsk())) {
      if (this.#input.value === "") this.#input.value = question; // it is kept
      this.#input.focus();
      throw new InkspanError({ code: "cancelled", message: words.doNotSend });
    }
    const turn = new TurnView(question, words, (evidence) => this.#choose(evidence));
    this.#showMessages();
    this.#hint.remove();
    this.#messages.append(turn.box);
    this.#scrollDown();
    const asking = new AbortController();
    this.#asking?.abort();
    this.#asking = asking;
    this.#button.textContent = words.stop;
    try {
      const answer = await this.#conversation.ask(
        question,
        (piece) => {
          turn.write(piece);
          this.#scrollDown();
        },
        asking.signal,
      );
      turn.finish(answer);
      this.#evidence = answer.evidence;
      this.#kept.add({ question, answer });
      this.#announce(`${words.answer}: ${answer.text || words.noAnswer}`);
      emit("answer", { question, answer });
      return answer;
    } catch (thrown) {
      turn.fail(thrown);
      this.#announce(turn.box.querySelector(".answer")?.textContent ?? words.failed);
      throw thrown;
    } finally {
      if (this.#asking === asking) {
        this.#asking = undefined;
        this.#button.textContent = words.ask;
      }
      this.#scrollDown();
    }
  }

  stop(): void {
    this.#asking?.abort();
  }

  #header(): HTMLElement {
    const { words } = this.#host;
    const label = { type: "button", class: "plain", part: "close", "aria-label": words.close };
    const close = element("button", label, "✕");
    close.addEventListener("click", () => this.#host.close());
    return element(
      "header",
      { part: "header" },
      element("h2", { id: "title", part: "title" }, words.title),
      close,
    );
  }

  /** The turns before a reload; passages can be shown once the text is there. */
  #restore(): void {
    for (const { question, answer } of this.#kept.read()) {
      const turn = new TurnView(question, this.#host.words, (evidence) => this.#choose(evidence));
      turn.finish(answer);
      this.#messages.append(turn.box);
      this.#hint.remove();
    }
  }

  #prepare(): void {
    this.#conversation.prepare().catch(() => {}); // shown as the state
  }

  #submit(): void {
    if (this.#asking) {
      this.stop();
      return;
    }
    const question = this.#input.value.trim();
    if (question === "") return;
    this.#input.value = "";
    this.ask(question).catch(() => {}); // shown in its turn
  }

  #show(state: Preparation): void {
    this.#preparation.show(state);
    const { emit, words } = this.#host;
    const progress = progressOf(state);
    if (progress && state.phase !== "paused") emit("progress", progress);
    if (state.phase === "ready") {
      const { source } = this.#conversation;
      const title = this.#box.querySelector("h2");
      if (source && title) title.textContent = source.title;
      const notices = source?.kind === "file" ? source.notices : [];
      this.#notices.textContent = notices.join(" ");
      this.#notices.hidden = notices.length === 0;
      this.#announce(this.#readyText);
      emit("ready", { documentId: state.documentId });
    }
    if (state.phase === "failed") {
      this.#announce(`${words.failed} ${state.error.message}`);
      emit("error", state.error);
    }
  }

  #choose(evidence: Evidence): void {
    const { emit, words } = this.#host;
    if (!emit("evidence", { evidence })) return;
    const { source, state } = this.#conversation;
    const isOfText = state.phase !== "ready" || state.documentId === evidence.documentId;
    if (!source || !isOfText) {
      // A turn from before a reload: the text is not there yet, or is another one now.
      const { text } = evidence;
      this.#announce(words.moved);
      this.#messages.hidden = true;
      this.#passage.show(text, { ...evidence, start: 0, end: text.length });
      return;
    }
    if (source.kind === "page") {
      const place = source.map.find(evidence.start, evidence.end);
      if (!place) {
        this.#announce(words.moved);
        this.#passage.show(source.text, evidence);
        this.#messages.hidden = true;
        return;
      }
      const all = this.#evidence.flatMap(({ start, end }) => source.map.find(start, end) ?? []);
      showPassages([all], place, this.#box.getBoundingClientRect());
      this.#announce(words.shown);
    } else if (source.kind === "file") {
      this.#messages.hidden = true;
      this.#passage.show(source.text, evidence);
    }
  }

  #showMessages(): void {
    const wasHidden = this.#messages.hidden;
    this.#passage.box.hidden = true;
    this.#messages.hidden = false;
    if (wasHidden) {
      const chosen = this.#messages.querySelector<HTMLElement>("[aria-pressed=true]");
      (chosen ?? this.#input).focus();
    }
  }

  #scrollDown(): void {
    this.#messages.scrollTop = this.#messages.scrollHeight;
  }

  #announce(text: string): void {
    this.#announcement.textContent = text;
  }
}
