// Brings a conversation into the shape that a chat template accepts. Templates differ: some refuse or
// drop the system's words, some refuse two turns of one role in a row, some expect content as a list
// of parts. A shape is right when the template does not raise and writes out every text.
import { EngineError } from "../errors.ts";
import { WorkLimit } from "./bounded-interpreter.ts";
import type { ChatMessage, ChatTemplate } from "./chat-template.ts";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

interface ChatShape {
  /** The system's words stand at the head of the next turn of the user. */
  readonly foldsSystem: boolean;
  /** Neighbours of one role are one turn. */
  readonly joinsTurns: boolean;
  /** A conversation begins with the user: an empty turn stands before an assistant's. */
  readonly opensWithUser: boolean;
  /** Content is a list of parts. */
  readonly partsContent: boolean;
}

const BETWEEN = "\n\n";

export function shapeMessages(messages: readonly Message[], shape: ChatShape): ChatMessage[] {
  let turns: Message[] = [...messages];
  if (shape.foldsSystem) turns = withoutSystem(turns);
  if (shape.joinsTurns) turns = joined(turns);
  const first = turns.findIndex(({ role }) => role !== "system");
  if (shape.opensWithUser && turns[first]?.role === "assistant") {
    turns.splice(first, 0, { role: "user", content: "" });
  }
  return turns.map(({ role, content }) => ({
    role,
    content: shape.partsContent ? [{ type: "text", text: content }] : content,
  }));
}

function withoutSystem(messages: readonly Message[]): Message[] {
  const turns: Message[] = [];
  let system: string[] = [];
  for (const message of messages) {
    if (message.role === "system") system.push(message.content);
    else if (message.role === "user" && system.length > 0) {
      turns.push({ role: "user", content: [...system, message.content].join(BETWEEN) });
      system = [];
    } else turns.push(message);
  }
  // Words of the system behind the last turn of the user.
  if (system.length > 0) turns.push({ role: "user", content: system.join(BETWEEN) });
  return turns;
}

function joined(messages: readonly Message[]): Message[] {
  const turns: Message[] = [];
  for (const { role, content } of messages) {
    const before = turns.at(-1);
    if (before?.role === role) {
      turns[turns.length - 1] = { role, content: `${before.content}${BETWEEN}${content}` };
    } else turns.push({ role, content });
  }
  return turns;
}

/** Little changes first. */
const SHAPES: readonly ChatShape[] = [false, true].flatMap((partsContent) =>
  [false, true].flatMap((opensWithUser) =>
    [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ].map(([foldsSystem = false, joinsTurns = false]) => ({
      foldsSystem,
      joinsTurns,
      opensWithUser,
      partsContent,
    })),
  ),
);

/**
 * The first shape in which the template writes out every content and `isRight` holds of what it writes.
 * The contents must be distinct texts that no template changes. Throws `format-unsupported` when there
 * is none.
 */
export function findShape(
  template: ChatTemplate,
  messages: readonly Message[],
  isRight: (rendered: string) => boolean = () => true,
): { readonly shape: ChatShape; readonly rendered: string } {
  let refusal: unknown;
  const tried = new Set<string>();
  for (const shape of SHAPES) {
    const turns = shapeMessages(messages, shape);
    const key = JSON.stringify(turns);
    if (tried.has(key)) continue;
    tried.add(key);
    try {
      const rendered = template.render(turns, true);
      if (isComplete(rendered, messages) && isRight(rendered)) return { shape, rendered };
    } catch (error) {
      if (error instanceof EngineError && error.cause instanceof WorkLimit) throw error;
      refusal ??= error;
    }
  }
  if (refusal !== undefined) throw refusal as Error;
  throw new EngineError(
    "format-unsupported",
    "The chat template of this model leaves out or repeats texts of the conversation, so no document can be put into it. Choose another file of the model.",
  );
}

/** Every content is there, in order; some templates repeat one. */
function isComplete(rendered: string, messages: readonly Message[]): boolean {
  let at = 0;
  for (const { role, content } of messages) {
    const found = rendered.indexOf(content, role === "system" ? 0 : at);
    if (found < 0) return false;
    if (role !== "system") at = found + content.length;
  }
  return true;
}
