import { beforeAll, describe, expect, test } from "vitest";
import { type OpenModel, openModel } from "../model/open-model.ts";
import { fixtureSources, manifest, tokenizerCases } from "../model/testing/fixtures.ts";
import { ChatTemplate } from "./chat-template.ts";
import { type Tokenizer, createTokenizer } from "./tokenizer.ts";

// Unicode normalisation (NFC) of qwen2's tokenizer.json changes these ids; GGUF has none.
const changedByNfc = (path: string): Map<string, number[]> => {
  const checkpoint = manifest.safetensors.find((entry) => entry.dir === path);
  const changed = checkpoint?.tokenizer_cases_changed_by_nfc ?? [];
  return new Map(changed.map((entry) => [entry.text, entry.plain_special]));
};

const sets = [
  ...manifest.tokenizers.map((entry) => ({ path: entry.model, file: entry.file })),
  // Folders with the expected logits of another program share one tokenizer and have no cases.
  ...manifest.safetensors.flatMap(({ dir, tokenizer_cases: file }) =>
    file === undefined ? [] : [{ path: dir, file }],
  ),
];

for (const { path, file } of sets) {
  describe(`tokenizer of ${path}`, () => {
    const fixture = tokenizerCases(file);
    const changed = changedByNfc(path);
    let model: OpenModel;
    let tokenizer: Tokenizer;
    beforeAll(async () => {
      model = await openModel(fixtureSources(path));
      tokenizer = await createTokenizer(model.tokenizer);
    });

    test("the bytes of every token and the end ids are llama.cpp's", () => {
      const hex = fixture.piece_hex.map((_, id) =>
        Array.from(tokenizer.pieceBytes(id), (b) => b.toString(16).padStart(2, "0")).join(""),
      );
      expect(hex).toEqual(fixture.piece_hex);
      expect([...tokenizer.eogIds]).toEqual(fixture.eog);
    });

    test("all strings give llama.cpp's ids", () => {
      for (const entry of fixture.cases) {
        const { text } = entry;
        const other = changed.get(text);
        if (other) {
          expect([...tokenizer.encode(text)], text).toEqual(other);
          continue;
        }
        expect([...tokenizer.encode(text)], text).toEqual(entry.plain);
        expect([...tokenizer.encode(text, { special: true })], text).toEqual(entry.plain_special);
        expect([...tokenizer.encode(text, { bos: true })], text).toEqual(entry.bos);
        expect([...tokenizer.encode(text, { bos: true, special: true })], text).toEqual(
          entry.bos_special,
        );
      }
    });

    test("all ids give llama.cpp's text", () => {
      // tokenizer_config.json of the checkpoints switches the clean-up of spaces off.
      const cleanSpaces = path.endsWith(".gguf");
      for (const entry of fixture.cases) {
        const plain = tokenizer.decode(entry.plain, { cleanSpaces });
        const special = tokenizer.decode(entry.plain_special, { special: true, cleanSpaces });
        if (cleanSpaces || !/ [?!.,]/.test(entry.text)) {
          expect(plain).toBe(entry.detok);
          expect(special).toBe(entry.detok_special);
        }
      }
    });

    test("chats are rendered and tokenized as by llama.cpp", () => {
      const template = new ChatTemplate(model.chatTemplate!);
      for (const chat of fixture.chat) {
        expect(template.render(chat.messages, chat.add_generation_prompt)).toBe(chat.text);
        expect([...tokenizer.encode(chat.text, { special: true })]).toEqual(chat.ids);
      }
    });

    test("streamed text is the decoded text, without half characters", () => {
      for (const { plain } of fixture.cases) {
        const stream = tokenizer.streamDecoder();
        const parts = plain.map((id) => stream.push(id));
        parts.push(stream.end());
        const space = tokenizer.decode(plain) !== parts.join("") ? " " : "";
        expect(parts.join("")).toBe(space + tokenizer.decode(plain));
        for (const part of parts.slice(0, -1)) expect(part).not.toMatch(/[\ud800-\udbff]$/);
      }
    });

    test("each token starts where its text starts", () => {
      for (const { text } of fixture.cases) {
        // A literal space mark is encoded as a space, and NFC changes characters.
        if (changed.has(text) || text.includes("\u2581")) continue;
        const { ids, starts } = tokenizer.encodeWithOffsets(text);
        const stream = tokenizer.streamDecoder();
        let isAligned = true;
        ids.forEach((id, i) => {
          expect(starts[i]).toBeGreaterThanOrEqual(i === 0 ? 0 : starts[i - 1]!);
          const part = stream.push(id).replaceAll("\u2581", " ");
          const isWhole = isAligned && !part.includes("\ufffd") && part.length > 0;
          if (isWhole && i > 0) expect(text.startsWith(part, starts[i])).toBe(true);
          if (isWhole && i === 0) expect(text.startsWith(part) || part.startsWith(" ")).toBe(true);
          isAligned = isWhole;
        });
      }
    });

    test("a text may be cut where the tokenizer cuts long texts", () => {
      const text = fixture.cases.map((entry) => entry.text).join(" word and word ");
      const whole = [...tokenizer.encode(text)];
      for (let from = 0; from < text.length; from += 331) {
        const cut = text.indexOf(" and word", from);
        if (cut < 0) break;
        const rest = [{ text: text.slice(cut), special: false }];
        const both = [
          ...tokenizer.encode(text.slice(0, cut)),
          ...tokenizer.encodeParts(rest, { continues: true }),
        ];
        expect(both).toEqual(whole);
      }
    });

    test("a long text is encoded in steps that report progress", () => {
      const piece = fixture.cases.map((entry) => entry.text).join(" word and word ");
      const text = piece.repeat(Math.ceil(80_000 / piece.length));
      const steps = tokenizer.encodeSteps(text);
      const progress: number[] = [];
      let result = steps.next();
      while (!result.done) {
        progress.push(result.value);
        result = steps.next();
      }
      expect(progress.length).toBeGreaterThan(2);
      expect(progress.at(-1)).toBe(text.length);
      expect(result.value.ids).toEqual(tokenizer.encode(text));
    });
  });
}
