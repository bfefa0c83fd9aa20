// Renders chat templates (Jinja) of model files with what Transformers gives them. Templates are
// input: they get no clock and a budget of work, and every failure is a typed error.
import { Environment, parse, tokenize } from "@huggingface/jinja";
import { EngineError } from "../errors.ts";
import { BoundedInterpreter, type TemplateFacts, templateFacts } from "./bounded-interpreter.ts";
import type { ChatTemplateSource } from "./source.ts";
import { formatTemplateDate } from "./template-date.ts";

export interface ChatMessage {
  readonly role: string;
  /** Text, or one part of the kind «text» for templates that expect a list. */
  readonly content: string | readonly { readonly type: "text"; readonly text: string }[];
}

const TEMPLATE_LIMIT = 262_144;
/** The library's search for tags takes the square of a run of blanks. */
const BLANKS_LIMIT = 1024;
const RANGE_LIMIT = 4096;

export class ChatTemplate {
  readonly #source: ChatTemplateSource;
  readonly #program: ReturnType<typeof parse>;
  readonly #facts: TemplateFacts;

  constructor(source: ChatTemplateSource) {
    const { template } = source;
    if (template.length > TEMPLATE_LIMIT) {
      throw failure(`it is longer than ${TEMPLATE_LIMIT} characters`);
    }
    if (longestRun(template) > BLANKS_LIMIT) {
      throw failure(`it has more than ${BLANKS_LIMIT} blanks in a row`);
    }
    this.#source = source;
    try {
      // Jinja reads all ends of lines as one.
      const lines = template.replace(/\r\n?/g, "\n");
      this.#program = parse(tokenize(lines, { lstrip_blocks: true, trim_blocks: true }));
      this.#facts = templateFacts(this.#program);
    } catch (cause) {
      throw failure(reason(cause), cause);
    }
  }

  get text(): string {
    return this.#source.template;
  }

  /** Throws `format-unsupported` when the template raises or does too much work. */
  render(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string {
    const environment = new Environment();
    const globals: Record<string, unknown> = {
      true: true,
      True: true,
      false: false,
      False: false,
      none: null,
      None: null,
      range: limitedRange,
      raise_exception: (message: unknown) => {
        throw new Error(String(message));
      },
      strftime_now: formatTemplateDate,
      messages,
      tools: null,
      documents: null,
      add_generation_prompt: addGenerationPrompt,
      bos_token: this.#source.bosToken,
      eos_token: this.#source.eosToken,
      // Long documents leave no room for long thoughts; templates without the switch ignore it.
      enable_thinking: false,
      date_string: formatTemplateDate("%d %b %Y"),
    };
    let units = 0;
    for (const { content } of messages) {
      units += typeof content === "string" ? content.length : (content[0]?.text.length ?? 0);
    }
    try {
      for (const [name, value] of Object.entries(globals)) environment.set(name, value);
      const interpreter = new BoundedInterpreter(environment, this.#facts, units);
      const result = interpreter.run(this.#program) as { value: unknown };
      return String(result.value);
    } catch (cause) {
      throw failure(reason(cause), cause);
    }
  }
}

function longestRun(template: string): number {
  let longest = 0;
  let run = 0;
  for (let i = 0; i < template.length; i++) {
    run = /\s/.test(template[i]!) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

function limitedRange(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0 || !((to - from) / step <= RANGE_LIMIT)) throw new Error("a range is too long");
  const values: number[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) values.push(i);
  return values;
}

const reason = (cause: unknown): string =>
  cause instanceof RangeError && /call stack/i.test(cause.message)
    ? "it nests too deeply"
    : messageOf(cause);

const messageOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).slice(0, 200);

const failure = (why: string, cause?: unknown): EngineError =>
  new EngineError(
    "format-unsupported",
    `The chat template of this model cannot be used: ${why}. Choose another file of the model.`,
    { cause },
  );
