// Renders chat templates (Jinja) of model files. Templates are input: they get no clock, no long
// ranges, and every failure is a typed error.
import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { EngineError } from "../errors.ts";
import type { ChatTemplateSource } from "./source.ts";

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

const TEMPLATE_LIMIT = 262_144;
const RANGE_LIMIT = 4096;

export class ChatTemplate {
  readonly #source: ChatTemplateSource;
  readonly #program: ReturnType<typeof parse>;

  constructor(source: ChatTemplateSource) {
    if (source.template.length > TEMPLATE_LIMIT) {
      throw failure(`it is longer than ${TEMPLATE_LIMIT} characters`);
    }
    this.#source = source;
    try {
      this.#program = parse(tokenize(source.template, { lstrip_blocks: true, trim_blocks: true }));
    } catch (cause) {
      throw failure(reason(cause), cause);
    }
  }

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
      messages,
      add_generation_prompt: addGenerationPrompt,
      bos_token: this.#source.bosToken,
      eos_token: this.#source.eosToken,
      // Long documents leave no room for long thoughts; templates without the switch ignore it.
      enable_thinking: false,
      // A fixed date: a text that changes every day would make stored states stale.
      date_string: "26 Jul 2024",
    };
    try {
      for (const [name, value] of Object.entries(globals)) environment.set(name, value);
      const result = new Interpreter(environment).run(this.#program) as { value: unknown };
      return String(result.value);
    } catch (cause) {
      throw failure(reason(cause), cause);
    }
  }
}

function limitedRange(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0 || !((to - from) / step <= RANGE_LIMIT)) throw new Error("a range is too long");
  const values: number[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) values.push(i);
  return values;
}

const reason = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).slice(0, 200);

const failure = (why: string, cause?: unknown): EngineError =>
  new EngineError(
    "format-unsupported",
    `The chat template of this model cannot be used: ${why}. Choose another file of the model.`,
    { cause },
  );
