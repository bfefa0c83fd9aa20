// <inkspan-chat>: a button that opens a chat about the page or a file. This file is all that loads
// with the page; the panel, the library and the engine follow when the widget is first opened.
import type {
  Answer,
  DeviceChoice,
  EngineFiles,
  EngineName,
  Evidence,
  ServerChoice,
} from "../library/index.ts";
import type { ChatEvents, ChatProgress } from "./chat-events.ts";
import { messagesFor } from "./messages.ts";
import type { Panel } from "./panel/panel.ts";
import styles from "./shell.css?inline";
import { adoptStyles } from "./styles.ts";

// On a server there are no elements, but importing the module must not fail.
const Base =
  (globalThis as { HTMLElement?: typeof HTMLElement }).HTMLElement ??
  (class {} as unknown as typeof HTMLElement);

type ChatListener<Type extends keyof ChatEvents> = (
  this: InkspanChat,
  event: CustomEvent<ChatEvents[Type]>,
) => void;

// Listeners are typed by the event's name.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- types of listeners only
export interface InkspanChat {
  addEventListener<Type extends keyof ChatEvents>(
    type: Type,
    listener: ChatListener<Type>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof ChatEvents>(
    type: Type,
    listener: ChatListener<Type>,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** A change of one of these makes it another conversation. */
const SUBJECT = [
  ...["src", "for", "model", "engine", "device", "worker", "extraction", "lang"],
  ...["shared", "keep"],
];

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- types of listeners only
export class InkspanChat extends Base {
  static readonly observedAttributes = [...SUBJECT, "placeholder", "open"];
  /** Where engine and embedded model lie, for pages that pack them themselves. */
  static files: EngineFiles | undefined;
  static #opened: InkspanChat | undefined;

  readonly #launcher: HTMLButtonElement;
  #panel: Promise<Panel> | undefined;
  #answerer: ServerChoice | null = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    adoptStyles(root, styles);
    this.#launcher = document.createElement("button");
    this.#launcher.className = "launcher";
    this.#launcher.part.add("launcher");
    this.#launcher.type = "button";
    this.#launcher.setAttribute("aria-haspopup", "dialog");
    this.#launcher.setAttribute("aria-expanded", "false");
    this.#launcher.append(document.createElement("slot"));
    this.#launcher.addEventListener("click", () => (this.open = !this.open));
    root.append(this.#launcher);
  }

  /** Address of a text, Markdown, HTML or exported index file. */
  get src(): string | null {
    return this.getAttribute("src");
  }
  set src(value: string | null) {
    this.#reflect("src", value);
  }

  /** Selector of the content on the page; without it and `src`, the whole page. Attribute `for`. */
  get htmlFor(): string | null {
    return this.getAttribute("for");
  }
  set htmlFor(value: string | null) {
    this.#reflect("for", value);
  }

  /** See `loadModel` of the library. */
  get model(): string {
    return this.getAttribute("model") ?? "default";
  }
  set model(value: string | null) {
    this.#reflect("model", value);
  }

  /** How the text is read and recalled; without one, or with a word that is none, as the engine does by itself. */
  get engine(): EngineName | null {
    return this.getAttribute("engine") as EngineName | null; // judged when the engine is there
  }
  set engine(value: EngineName | null) {
    this.#reflect("engine", value);
  }

  /** What computes: `cpu`, `webgpu`; otherwise the graphics card where there is one. */
  get device(): DeviceChoice | null {
    return this.getAttribute("device") as DeviceChoice | null; // judged when the engine is there
  }
  set device(value: DeviceChoice | null) {
    this.#reflect("device", value);
  }

  /**
   * A model server that answers instead of a model on this device, after the person has agreed. By the page's
   * script alone: no attribute names one, so no markup does.
   */
  get answerer(): ServerChoice | null {
    return this.#answerer;
  }
  set answerer(value: ServerChoice | null) {
    this.#answerer = value;
    this.#begin();
  }

  /** `light` or `dark`; otherwise as the system. */
  get theme(): string | null {
    return this.getAttribute("theme");
  }
  set theme(value: string | null) {
    this.#reflect("theme", value);
  }

  get placeholder(): string {
    return this.getAttribute("placeholder") ?? messagesFor(this).placeholder;
  }
  set placeholder(value: string | null) {
    this.#reflect("placeholder", value);
  }

  /** The same of the worker that reads the file of `src`. */
  get extraction(): string | null {
    return this.getAttribute("extraction");
  }
  set extraction(value: string | null) {
    this.#reflect("extraction", value);
  }

  /** Address of a worker file of this origin, where the page's policy allows no `blob:` workers. */
  get worker(): string | null {
    return this.getAttribute("worker");
  }
  set worker(value: string | null) {
    this.#reflect("worker", value);
  }

  get open(): boolean {
    return this.hasAttribute("open");
  }
  set open(value: boolean) {
    this.toggleAttribute("open", value);
  }

  show(): void {
    this.open = true;
  }

  close(): void {
    this.open = false;
  }

  /** Opens the widget and asks; rejects with an `InkspanError`. */
  async ask(question: string): Promise<Answer> {
    this.show();
    return (await this.#openPanel()).ask(question);
  }

  /** Ends the answer being written. */
  async stop(): Promise<void> {
    (await this.#panel)?.stop();
  }

  connectedCallback(): void {
    const slot = this.#launcher.firstElementChild;
    if (slot) slot.textContent = messagesFor(this).open;
    if (Object.hasOwn(this, "answerer")) {
      // Set before the script was there.
      const { answerer } = this;
      Reflect.deleteProperty(this, "answerer");
      this.answerer = answerer;
    } else if (this.open) void this.#show();
  }

  disconnectedCallback(): void {
    this.#dropPanel();
    if (InkspanChat.#opened === this) InkspanChat.#opened = undefined;
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || before === now) return;
    if (name === "open") {
      if (now === null) void this.#hide();
      else if (before === null) void this.#show();
      return;
    }
    this.#begin();
  }

  /** Another conversation, with the present settings. */
  #begin(): void {
    if (!this.isConnected) return;
    this.#dropPanel();
    if (this.open) void this.#show();
  }

  async #show(): Promise<void> {
    // Panels share a corner of the window: one at a time.
    if (InkspanChat.#opened !== this) InkspanChat.#opened?.close();
    InkspanChat.#opened = this;
    this.#launcher.setAttribute("aria-expanded", "true");
    this.#launcher.setAttribute("aria-busy", "true");
    try {
      const panel = await this.#openPanel();
      if (this.open && this.isConnected) panel.show();
    } catch {
      this.open = false; // the error event has been sent
    } finally {
      this.#launcher.removeAttribute("aria-busy");
    }
  }

  async #hide(): Promise<void> {
    this.#launcher.setAttribute("aria-expanded", "false");
    const panel = await this.#panel?.catch(() => undefined);
    const hadFocus = this.shadowRoot?.activeElement;
    panel?.hide();
    if (hadFocus) this.#launcher.focus();
  }

  #openPanel(): Promise<Panel> {
    if (this.#panel) return this.#panel;
    const opening = this.#makePanel();
    this.#panel = opening;
    opening.catch((thrown: unknown) => {
      if (this.#panel === opening) this.#panel = undefined; // the next opening tries again
      const message = `The widget's script could not be loaded: ${String(thrown)}`;
      this.#emit("error", { code: "download-failed", message });
    });
    return opening;
  }

  async #makePanel(): Promise<Panel> {
    const { Panel } = await import("./panel/panel.ts");
    const root = this.shadowRoot;
    if (!root) throw new Error("the element has no shadow root");
    return new Panel({
      root,
      words: messagesFor(this),
      placeholder: this.placeholder,
      settings: {
        choice: { src: this.src, selector: this.htmlFor },
        root: this.getRootNode() as Document | ShadowRoot,
        model: this.model,
        engine: this.engine,
        device: this.device,
        files: this.#files(),
        answerer: this.#answerer,
        isShared: this.hasAttribute("shared"),
      },
      keeps: this.getAttribute("keep") !== "none",
      emit: (type, detail) => this.#emit(type, detail),
      close: () => this.close(),
    });
  }

  #files(): EngineFiles | undefined {
    const files = Object.hasOwn(InkspanChat, "files") ? InkspanChat.files : undefined;
    const given = { worker: this.worker, extraction: this.extraction };
    const named = Object.entries(given).filter((one): one is [string, string] => one[1] !== null);
    if (named.length === 0) return files;
    const addresses = named.map(([name, at]): [string, string] => [
      name,
      new URL(at, document.baseURI).href,
    ]);
    return { ...files, ...Object.fromEntries(addresses) };
  }

  #dropPanel(): void {
    const dropped = this.#panel;
    this.#panel = undefined;
    void dropped?.then((panel) => panel.destroy()).catch(() => {}); // it never came to be
  }

  #emit<Type extends keyof ChatEvents>(type: Type, detail: ChatEvents[Type]): boolean {
    const event = new CustomEvent(type, { detail, cancelable: type === "evidence" });
    return this.dispatchEvent(event);
  }

  #reflect(name: string, value: string | null): void {
    if (value === null) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }
}

export type { Answer, ChatEvents, ChatProgress, Evidence };

declare global {
  interface HTMLElementTagNameMap {
    "inkspan-chat": InkspanChat;
  }
}

/** Idempotent: the script may be on a page twice. */
export function defineInkspanChat(): void {
  const registry = (globalThis as { customElements?: CustomElementRegistry }).customElements;
  if (registry && !registry.get("inkspan-chat")) registry.define("inkspan-chat", InkspanChat);
}
