// Chat templates as models are published with them, against what jinja2 makes of them.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { promptParts } from "./prompt.ts";
import type { ConversationMessage } from "./prompt-parts.ts";
import { INSTRUCTION } from "./question-wording.ts";
import type { TokenizerSource } from "./source.ts";
import { createTokenizer } from "./tokenizer.ts";
import { byteCharacters } from "./byte-level.ts";

interface TemplateCase {
  readonly name: string;
  readonly template: string;
  readonly messages: readonly ConversationMessage[];
  readonly expected?: string;
  readonly pattern?: string;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8"));
const published = read("template-cases.json") as TemplateCase[];
const field = (read("field-templates.json") as (TemplateCase & { kind: string })[]).filter(
  ({ kind }) => kind === "template",
);

const CONTROLS = [
  ...["<s>", "</s>", "<|im_start|>", "<|im_end|>", "<start_of_turn>", "<end_of_turn>"],
  ...["<|eot_id|>", "<|user|>", "<|assistant|>", "<|system|>", "<|end|>", "[INST]", "[/INST]"],
  ...["<｜User｜>", "<｜Assistant｜>", "<turn>", "</turn>"],
];
const source: TokenizerSource = {
  kind: "byte-bpe",
  tokens: [...CONTROLS, ...byteCharacters],
  tokenKinds: [...CONTROLS.map(() => 3), ...byteCharacters.map(() => 1)],
  merges: [],
  pre: "qwen2",
  bosId: 0,
  eosId: 1,
  eogIds: [1],
  addsBos: false,
  vocabSize: CONTROLS.length + 256,
};
const tokenizer = await createTokenizer(source);
const open = (template: string) =>
  promptParts(
    { chatTemplate: { template, bosToken: "<s>", eosToken: "</s>" }, promptStyle: null },
    tokenizer,
  );
const show = (ids: Uint32Array): string => tokenizer.decode(ids, { special: true });
const controls = (ids: Uint32Array): number[] => [...ids].filter((id) => tokenizer.isControl(id));

describe("conversations", () => {
  for (const { name, template, messages, expected, pattern } of [...field, ...published]) {
    test(name, async () => {
      const prompt = await open(template);
      const shown = show(prompt.conversationIds(messages));
      if (pattern !== undefined) expect(shown).toMatch(new RegExp(pattern, "u"));
      else expect(shown).toBe(expected);
    });

    test(`${name}: what people write makes no control token`, async () => {
      const prompt = await open(template);
      const attacked = messages.map(({ role, content }) => ({
        role,
        content: `${content} ${CONTROLS.join("")}${CONTROLS.join(" ")} x`,
      }));
      const neutral = messages.map(({ role, content }) => ({ role, content: `${content} y` }));
      const ids = prompt.conversationIds(attacked);
      expect(controls(ids)).toEqual(controls(prompt.conversationIds(neutral)));
      expect(show(ids)).toContain(CONTROLS.join(""));
    });
  }
});

describe("prompts around a document", () => {
  const document = "It was late. The mill stood still.";
  const history = [{ question: "Who?", answer: "Nobody <|im_end|> came." }];
  for (const { name, template } of [...field, ...published]) {
    test(`${name}: document, history and question stand once and in order`, async () => {
      const prompt = await open(template);
      for (const turns of [[], history]) {
        const rest = prompt.questionIds("Why not?", turns);
        const ids = [...prompt.prefixIds, ...tokenizer.encode(document), ...rest];
        const shown = show(Uint32Array.from(ids));
        const places = [
          "You answer questions about a text.",
          `Text:\n${document}\n\nQuestion: `,
          ...turns.flatMap((turn) => [turn.question, turn.answer]),
          "Why not?",
        ].map((text) => [shown.indexOf(text), shown.lastIndexOf(text)] as const);
        for (const [first, last] of places) {
          expect(first).toBeGreaterThanOrEqual(0);
          expect(last).toBe(first);
        }
        expect(places.map(([at]) => at)).toEqual(places.map(([at]) => at).sort((a, b) => a - b));
        expect([...prompt.rereadIds([document], "Why not?", turns)]).toEqual(ids);
        // The same as one conversation.
        const talk = prompt.conversationIds([
          { role: "system", content: INSTRUCTION },
          {
            role: "user",
            content: `Text:\n${document}\n\nQuestion: ${turns[0]?.question ?? "Why not?"}`,
          },
          ...turns.flatMap(({ answer }): ConversationMessage[] => [
            { role: "assistant", content: answer },
            { role: "user", content: "Why not?" },
          ]),
        ]);
        // Mistral v3 moves the system's words into the last turn, unless they stand in the first.
        if (turns.length === 0 || !name.startsWith("Mistral v3")) expect(shown).toBe(show(talk));
      }
    });
  }

  test("a template that begins otherwise when turns follow gets them as text", async () => {
    const template = field.find(({ name }) => name === "no system role")!.template;
    const late = "{% if messages|length > 3 %}LONG {% endif %}" + template;
    const prompt = await open(late);
    const shown = show(prompt.questionIds("Why?", [...history, ...history]));
    expect(shown).toBe(
      "\n\nQuestion: Who?\nAnswer: Nobody <|im_end|> came.\n\nQuestion: Who?\nAnswer: Nobody <|im_end|> came.\n\nQuestion: Why?<|im_end|>\n<|im_start|>assistant\n",
    );
    expect(controls(prompt.questionIds("Why?", [...history, ...history]))).toEqual([3, 2]);
  });

  test("passages stand apart by an empty line", async () => {
    const prompt = await open(field[1]!.template);
    expect(show(prompt.rereadIds([" one\n", "two"], "Which?"))).toContain(
      "Text:\none\n\ntwo\n\nQuestion: Which?<|im_end|>",
    );
  });
});

describe("what ends an answer", () => {
  const turns = (user: string, assistant: string, end: string): string =>
    `{{ bos_token }}{% for m in messages %}{% if m.role == 'assistant' %}${assistant}{{ m.content }}${end}{% else %}${user}{{ m.content }}{% endif %}{% endfor %}${assistant}`;
  test.each([
    [
      "a token that the file does not state",
      turns("<turn>", "", "</turn>\n"),
      ["</s>", "</turn>"],
      [],
    ],
    ["the token of the next turn", turns("<|user|>\n", "\n", "\n"), ["</s>", "<|user|>"], []],
    ["text", turns("\n\n### User:\n", "\n\n### Bot:\n", ""), ["</s>"], ["\n### User:"]],
    ["tokens that the model has not", turns("<new>user\n", "\n", "<over>"), ["</s>"], ["<over>"]],
    ["blanks alone", turns("\n", "\n", ""), ["</s>"], []],
    [
      "a template for one question",
      `{% if messages|length > 2 %}{{ raise_exception('one') }}{% endif %}${turns("[", "]", "")}`,
      ["</s>"],
      [],
    ],
  ])("%s", async (_, template, ends, stops) => {
    const prompt = await open(template);
    expect(Array.from(prompt.endIds, (id) => show(Uint32Array.of(id)))).toEqual(ends);
    expect(prompt.stops).toEqual(stops);
  });

  test("a begin token behind blanks is not doubled", async () => {
    const adding = await createTokenizer({ ...source, addsBos: true });
    const begun = async (template: string): Promise<number[]> => {
      const model = {
        chatTemplate: { template, bosToken: "<s>", eosToken: "</s>" },
        promptStyle: null,
      };
      const { prefixIds } = await promptParts(model, adding);
      return controls(prefixIds);
    };
    expect(await begun(`\n ${turns("", "", "")}`)).toEqual([0]);
    expect(await begun(turns("", "", "").replace("{{ bos_token }}", ""))).toEqual([0]);
  });
});

test.each([
  ["blocks", `${"{% if 1 %}".repeat(8000)}x${"{% endif %}".repeat(8000)}`],
  ["brackets", `{{ ${"(".repeat(50_000)}1${")".repeat(50_000)} }}`],
])("a template of %s within each other is refused in words of ours", async (_, template) => {
  await expect(open(template)).rejects.toMatchObject({
    code: "format-unsupported",
    message: expect.stringContaining("it nests too deeply") as string,
  });
});
