import { describe, expect, test } from "vitest";
import { openModel } from "../model/open-model.ts";
import { fixtureSources, manifest } from "../model/testing/fixtures.ts";
import { findShape, type Message } from "./chat-shape.ts";
import { ChatTemplate } from "./chat-template.ts";
import { promptParts } from "./prompt.ts";
import { INSTRUCTION } from "./question-wording.ts";
import { type TokenizerSource, endOfGenerationIds } from "./source.ts";
import { createTokenizer } from "./tokenizer.ts";

const CONTROLS = ["<|bos|>", "<|document|>", "<|question|>", "<|answer|>", "<|end|>"];
const letters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
const trained: TokenizerSource = {
  kind: "byte-bpe",
  tokens: [...CONTROLS, ...letters, "Ġ", "Ċ"],
  tokenKinds: [...CONTROLS.map(() => 3), ...letters.map(() => 1), 1, 1],
  merges: [],
  pre: "qwen2",
  bosId: 0,
  eosId: 4,
  eogIds: [4],
  addsBos: false,
  vocabSize: CONTROLS.length + letters.length + 2,
};

describe("prompts", () => {
  test("a model trained to read documents gets its own marks", async () => {
    const tokenizer = await createTokenizer(trained);
    const parts = await promptParts(
      { chatTemplate: null, promptStyle: "document-question-answer" },
      tokenizer,
    );
    const show = (ids: Uint32Array): string => tokenizer.decode(ids, { special: true });
    expect([...parts.prefixIds]).toEqual([0, 1]);
    expect(show(parts.questionIds("Who?"))).toBe("<|question|>Who?<|answer|>");
    expect(show(parts.questionIds("Why?", [{ question: "Who?", answer: "He." }]))).toBe(
      "<|question|>Who?<|answer|> He.<|end|><|question|>Why?<|answer|>",
    );
  });

  test("marks written by people are text", async () => {
    const tokenizer = await createTokenizer(trained);
    const parts = await promptParts(
      { chatTemplate: null, promptStyle: "document-question-answer" },
      tokenizer,
    );
    const ids = [...parts.questionIds("<|end|>", [{ question: "<|bos|>", answer: "<|answer|>" }])];
    expect(ids.filter((id) => tokenizer.isControl(id))).toEqual([2, 3, 4, 2, 3]);
  });

  for (const { model: path } of manifest.tokenizers) {
    test(`${path}: the parts are the rendered chat`, async () => {
      const model = await openModel(fixtureSources(path));
      const tokenizer = await createTokenizer(model.tokenizer);
      const parts = await promptParts(model, tokenizer);
      expect(parts.style).toBe("chat");
      const document = "It was late. The mill stood still.";
      const content = `Text:\n${document}\n\nQuestion: Who?`;
      const template = new ChatTemplate(model.chatTemplate!);
      const messages: Message[] = [
        { role: "system", content: INSTRUCTION },
        { role: "user", content },
        { role: "assistant", content: "Nobody." },
        { role: "user", content: "Why not?" },
      ];
      const { rendered: whole } = findShape(template, messages);
      const ids = [
        ...parts.prefixIds,
        ...tokenizer.encodeParts([{ text: document, special: false }], { continues: true }),
        ...parts.questionIds("Why not?", [{ question: "Who?", answer: "Nobody." }]),
      ];
      const shown = tokenizer.decode(ids, { special: true });
      // SentencePiece puts a space after each control token.
      const bare = (text: string): string => text.replaceAll(/(?<=>) | (?=<)|^ /g, "");
      expect(bare(shown)).toBe(bare(whole));
      // No mark of a document or question can become a control token.
      const count = (question: string): number =>
        [...parts.questionIds(question)].filter((id) => tokenizer.isControl(id)).length;
      const marks = [...tokenizer.eogIds].map((id) =>
        new TextDecoder().decode(tokenizer.pieceBytes(id)),
      );
      expect(count(marks.join(" "))).toBe(count("Who?"));
    });
  }

  for (const { model: path } of manifest.tokenizers) {
    test(`${path}: a conversation is the rendered chat, and its texts make no control tokens`, async () => {
      const model = await openModel(fixtureSources(path));
      const tokenizer = await createTokenizer(model.tokenizer);
      const parts = await promptParts(model, tokenizer);
      const talk = (last: string) =>
        [
          { role: "user", content: "Who?" },
          { role: "assistant", content: "Nobody." },
          { role: "user", content: last },
        ] as const;
      const whole = new ChatTemplate(model.chatTemplate!).render(talk("Why not?"), true);
      const ids = parts.conversationIds(talk("Why not?"));
      const rendered = [{ text: whole, special: true }];
      expect([...ids]).toEqual([...tokenizer.encodeParts(rendered, { bos: true })]);
      const controls = (last: string): number =>
        [...parts.conversationIds(talk(last))].filter((id) => tokenizer.isControl(id)).length;
      const marks = [...tokenizer.eogIds].map((id) =>
        new TextDecoder().decode(tokenizer.pieceBytes(id)),
      );
      expect(controls(marks.join(" "))).toBe(controls("Why not?"));
      expect(() => parts.conversationIds(talk("x").slice(0, 2))).toThrow(/end with/);
    });
  }

  test("without a template the system's words are read, and turns keep their order", async () => {
    const tokenizer = await createTokenizer(trained);
    const style = { chatTemplate: null, promptStyle: "document-question-answer" };
    const parts = await promptParts(style, tokenizer);
    const ids = parts.conversationIds([
      { role: "system", content: "Ann has a cat<|end|>." },
      { role: "user", content: "Who?" },
      { role: "assistant", content: "Ann." },
      { role: "user", content: "What?" },
    ]);
    expect(tokenizer.decode(ids, { special: true })).toBe(
      "<|bos|><|document|>Ann has a cat<|end|>.<|question|>Who?<|answer|> Ann.<|end|><|question|>What?<|answer|>",
    );
    expect([...ids].filter((id) => tokenizer.isControl(id))).toEqual([0, 1, 2, 3, 4, 2, 3]);

    const plainModel = await openModel(fixtureSources("models/llama-mha-spm-F16.gguf"));
    const spm = await createTokenizer(plainModel.tokenizer);
    const plain = await promptParts({ chatTemplate: null, promptStyle: null }, spm);
    const text = plain.conversationIds([
      { role: "system", content: "Be short." },
      { role: "user", content: "A?" },
      { role: "assistant", content: "B." },
      { role: "user", content: "C?" },
    ]);
    expect(spm.decode(text).trimStart()).toBe(
      "Be short.\n\nQuestion: A?\nAnswer: B.\n\nQuestion: C?\nAnswer:",
    );
  });

  test("a model without a template gets plain text", async () => {
    const model = await openModel(fixtureSources("models/llama-mha-spm-F16.gguf"));
    const tokenizer = await createTokenizer(model.tokenizer);
    const parts = await promptParts({ chatTemplate: null, promptStyle: null }, tokenizer);
    expect(parts.style).toBe("plain");
    expect(parts.prefixIds[0]).toBe(tokenizer.bosId);
    const text = tokenizer.decode(parts.questionIds("Who?", [{ question: "A?", answer: "B." }]));
    expect(text).toBe("\n\nQuestion: A?\nAnswer: B.\n\nQuestion: Who?\nAnswer:");
    // It goes on with a question of its own, and there the answer ends.
    expect(parts.stops).toContain("\nQuestion:");
  });

  test("templates that fail, loop or lose the text are refused with a reason", async () => {
    const tokenizer = await createTokenizer(trained);
    const parts = (template: string) =>
      promptParts(
        { chatTemplate: { template, bosToken: "", eosToken: "" }, promptStyle: null },
        tokenizer,
      );
    await expect(parts("{% for %}")).rejects.toThrow(/chat template/);
    await expect(parts("{{ raise_exception('no') }}")).rejects.toThrow(/no/);
    await expect(parts("{% for i in range(1000000000) %}x{% endfor %}")).rejects.toThrow(/range/);
    await expect(parts("constant")).rejects.toThrow(/leaves out/);
    const doubled = "{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}";
    await expect(parts(doubled)).rejects.toThrow(/document/);
    await expect(parts("a" + " ".repeat(5000) + "b")).rejects.toThrow(/blanks/);
    await expect(parts("x".repeat(300_000))).rejects.toThrow(/longer/);
    await expect(
      promptParts({ chatTemplate: null, promptStyle: "other" }, tokenizer),
    ).rejects.toThrow(/other/);
  });

  test("end ids are the stated ones and control tokens known to end a turn", () => {
    const ids = endOfGenerationIds(
      [9, null],
      [
        [3, "<|im_end|>"],
        [4, "<|im_start|>"],
      ],
    );
    expect(ids).toEqual([3, 9]);
  });
});
