// The library over a scripted engine: what it asks of it, and what it makes of its events.
import { describe, expect, test } from "vitest";
import type {
  AskRequest,
  DocumentSummary,
  EngineEvent,
  GenerateRequest,
} from "../../workers/protocol.ts";
import type { ExtractedFile } from "../../workers/extraction-protocol.ts";
import { EngineCallError as InkspanError, type EngineClient } from "../client/index.ts";
import type { ChatCompletionChunk } from "./chat-completions.ts";
import { createInkspan } from "./inkspan.ts";

const ANSWER_STATS = { promptTokens: 5, rereadTokens: 4, answerTokens: 3 };
const PAGES = [{ start: 0, label: "Page 1" }];
const EVIDENCE = [{ documentId: "d", start: 0, end: 4, text: "Once", weight: 1 }];

function document(state: DocumentSummary["state"], problem?: DocumentSummary["problem"]) {
  return { id: "d", title: "Book", state, ...(problem ? { problem } : {}) } as DocumentSummary;
}

/** Plays an engine: answers in three pieces, and only when it is not cancelled first. */
function scripted() {
  const calls: string[] = [];
  const requests: (AskRequest | GenerateRequest)[] = [];
  let emit: (events: readonly EngineEvent[]) => void = () => {};
  let release: (() => void) | undefined;
  const hold = { answers: false };
  const wait = () =>
    hold.answers ? new Promise<void>((resolve) => (release = resolve)) : Promise.resolve();
  const engine = {
    events(listener: typeof emit) {
      emit = listener;
      emit([{ type: "documents", documents: [] }]);
      return Promise.resolve();
    },
    loadModel(id: string) {
      calls.push(`load ${id}`);
      return Promise.resolve({ id });
    },
    chooseEngine(name: string) {
      calls.push(`engine ${name}`);
      return Promise.resolve();
    },
    chooseDevice(name: string) {
      calls.push(`device ${name}`);
      return Promise.resolve();
    },
    openModelAddress(address: string) {
      calls.push(`open ${address}`);
      return Promise.resolve({ id: "opened" });
    },
    addDocument(title: string) {
      calls.push(`add ${title}`);
      const isLoaded = calls.some((call) => call.startsWith("load "));
      emit([{ type: "documents", documents: [document(isLoaded ? "ingesting" : "unread")] }]);
      return Promise.resolve("d");
    },
    deleteDocument(id: string) {
      calls.push(`delete ${id}`);
      return Promise.resolve();
    },
    async ask(request: AskRequest) {
      requests.push(request);
      const { jobId } = request;
      for (const text of ["A", " b", " c."]) emit([{ type: "token", jobId, text }]);
      emit([{ type: "token", jobId: "another", text: "not this" }]);
      await wait();
      const stopped = hold.answers ? "cancelled" : "end";
      return { text: "A b c.", evidence: EVIDENCE, stopped, stats: ANSWER_STATS };
    },
    async generate(request: GenerateRequest) {
      requests.push(request);
      emit([{ type: "pieces", jobId: request.jobId, pieces: ["x", "", "é"] }]);
      await wait();
      return {
        text: "xé",
        stopped: "length",
        stats: { promptTokens: 4, generatedTokens: 3, timeToFirstTokenMs: 1, tokensPerSecond: 9 },
      };
    },
    cancel(jobId: string) {
      calls.push(`cancel ${jobId === requests.at(-1)?.jobId}`);
      release?.();
      return Promise.resolve();
    },
    dispose: () => void calls.push("dispose"),
  };
  const connect = () => {
    calls.push("connect");
    return engine as unknown as EngineClient;
  };
  return {
    calls,
    requests,
    hold,
    emit: (...events: EngineEvent[]) => emit(events),
    connect,
    inkspan: createInkspan({ model: "nano" }, connect),
    /** Extraction gives this; without it, it waits to be cancelled. */
    withFile: (given?: Pick<ExtractedFile, "title" | "notices">) =>
      createInkspan({ model: "nano" }, connect, (file) => {
        calls.push(`extract ${file.name}`);
        let cancel = () => {};
        const done = given
          ? Promise.resolve({ ...given, text: new Blob(["text"]), sections: PAGES })
          : new Promise<never>((_, reject) => {
              cancel = () => reject(new InkspanError({ code: "cancelled", message: "Stopped." }));
            });
        return { done, cancel: () => cancel() };
      }),
    withEngine: () => createInkspan({ engine: "full", device: "cpu" }, connect),
  };
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 1));

describe("the library", () => {
  test("nothing starts before the first verb; an address is opened first", async () => {
    const { inkspan, calls } = scripted();
    await settled();
    expect(calls).toEqual([]);
    await inkspan.loadModel();
    await inkspan.loadModel("https://models.example/a.gguf");
    const models = ["load nano", "open https://models.example/a.gguf", "load opened"];
    expect(calls).toEqual(["connect", ...models]);
  });

  test("device and engine are chosen before a model is loaded", async () => {
    const { withEngine, calls } = scripted();
    await withEngine().loadModel();
    expect(calls).toEqual(["connect", "device cpu", "engine full", "load default"]);
  });

  test("an answer arrives in pieces of its own job and ends in evidence", async () => {
    const { inkspan, requests } = scripted();
    const stream = inkspan.ask("d", "What?", { maxTokens: 7, temperature: 0.5, seed: 3 });
    expect(await collect(stream)).toEqual(["A", " b", " c."]);
    expect((await stream.result).evidence).toEqual(EVIDENCE);
    const asked = { documentIds: ["d"], question: "What?", history: [], maxTokens: 7 };
    expect(requests[0]).toMatchObject({ ...asked, temperature: 0.5, topK: 40, seed: 3 });
  });

  test("with a server as answerer it is asked without loading a model, and is inherited from nowhere", async () => {
    const { calls, requests, connect } = scripted();
    const answerer = { address: "localhost:8080", model: "big", key: null };
    await createInkspan({ answerer }, connect).ask("d", "What?").result;
    expect(calls).toEqual(["connect"]);
    expect(requests[0]).toMatchObject({ question: "What?", server: answerer });
    Object.defineProperty(Object.prototype, "answerer", { value: answerer, configurable: true });
    try {
      await createInkspan({ model: "nano" }, connect).ask("d", "What?").result;
    } finally {
      Reflect.deleteProperty(Object.prototype, "answerer");
    }
    expect(requests[1]).not.toHaveProperty("server");
  });

  test("without a model a document is there as soon as it is stored, and a server answers", async () => {
    const { calls, requests, connect } = scripted();
    const answerer = { address: "localhost:8080", model: "big", key: null };
    const inkspan = createInkspan({ model: null, answerer }, connect);
    expect(await inkspan.documents.add("T", "text")).toMatchObject({ id: "d", state: "unread" });
    await inkspan.ask("d", "What?").result;
    expect(calls).toEqual(["connect", "add T"]);
    expect(requests[0]).toMatchObject({ server: answerer });
    await expect(inkspan.generate({ prompt: "A" })).rejects.toMatchObject({ code: "no-model" });
    await inkspan.loadModel("nano");
    expect(calls.at(-1)).toBe("load nano");
  });

  test("leaving the loop cancels the job", async () => {
    const { inkspan, calls, hold } = scripted();
    hold.answers = true;
    const stream = inkspan.ask("d", "What?");
    for await (const _ of stream) break;
    expect((await stream.result).stopped).toBe("cancelled");
    expect(calls.at(-1)).toBe("cancel true");
  });

  test("a completion tells every token, also the empty ones, and obeys its signal", async () => {
    const { inkspan, requests, calls, hold } = scripted();
    const tokens: string[] = [];
    const settings = { maxTokens: 3, ignoreEndToken: true };
    const result = await inkspan.generate({
      prompt: "p",
      ...settings,
      onToken: (text) => tokens.push(text),
    });
    expect(tokens).toEqual(["x", "", "é"]);
    expect(result.stats.generatedTokens).toBe(3);
    expect(requests[0]).toMatchObject({ prompt: "p", ...settings, temperature: 0 });
    hold.answers = true;
    const abort = new AbortController();
    const running = inkspan.generate({ prompt: "p", signal: abort.signal });
    await settled();
    abort.abort();
    await running;
    expect(calls.at(-1)).toBe("cancel true");
  });

  test("adding waits until the document is read, tells progress, and fails with its problem", async () => {
    const { inkspan, emit, calls } = scripted();
    const progress: number[] = [];
    const added = inkspan.documents.add("Book", "text", {
      onProgress: ({ tokens }) => progress.push(tokens),
    });
    await settled();
    const step = { documentId: "d", totalTokens: 9, tokensPerSecond: 1, secondsLeft: 1 };
    emit({ type: "ingest", progress: { ...step, tokens: 4 } });
    emit({ type: "ingest", progress: { ...step, documentId: "other", tokens: 8 } });
    emit({ type: "documents", documents: [document("complete")] });
    expect((await added).state).toBe("complete");
    expect(progress).toEqual([4]);

    const failing = inkspan.documents.add("Book", "text");
    await settled();
    const problem = { code: "quota-exceeded", message: "full" } as const;
    emit({ type: "documents", documents: [document("paused", problem)] });
    await expect(failing).rejects.toMatchObject({ code: "quota-exceeded" });

    const abort = new AbortController();
    const aborted = inkspan.documents.add("Book", "text", { signal: abort.signal });
    await settled();
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: "cancelled" });
    expect(calls.at(-1)).toBe("delete d");

    const deleted = inkspan.documents.add("Book", "text");
    await settled();
    emit({ type: "documents", documents: [] });
    await expect(deleted).rejects.toMatchObject({ code: "cancelled" });
  });

  test("a file is read by the extraction; its title, pages and notices are used", async () => {
    const { withFile, calls, emit } = scripted();
    const file = new File(["%PDF-"], "book.pdf");
    const given = { title: "The Book", notices: ["Page 2 is damaged."] };
    const notices: string[] = [];
    const adding = withFile(given).documents.add(file, { onNotice: (one) => notices.push(one) });
    await settled();
    emit({ type: "documents", documents: [document("complete")] });
    await adding;
    expect(calls).toContain("extract book.pdf");
    expect(calls).toContain("add The Book");
    expect(notices).toEqual(["Page 2 is damaged."]);
    const unnamed = await withFile({ title: null, notices: [] }).documents.readFile(file);
    expect(unnamed.title).toBe("book.pdf");
    expect(unnamed.sections).toEqual(PAGES);
  });

  test("the signal ends the reading of a file", async () => {
    const { withFile } = scripted();
    const controller = new AbortController();
    const reading = withFile(undefined).documents.readFile(new File(["x"], "x.txt"), {
      signal: controller.signal,
    });
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
    const late = withFile(undefined).documents.readFile(new File(["x"], "x.txt"), {
      signal: controller.signal,
    });
    await expect(late).rejects.toMatchObject({ code: "cancelled" });
  });

  test("events reach their listeners until they leave; after dispose every verb fails", async () => {
    const { inkspan, emit, calls } = scripted();
    const states: string[] = [];
    const leave = inkspan.on("model", ({ phase }) => states.push(phase));
    await inkspan.loadModel();
    emit({ type: "model", state: { phase: "idle" } });
    leave();
    emit({ type: "model", state: { phase: "idle" } });
    expect(states).toEqual(["idle"]);
    const waiting = inkspan.documents.add("Book", "text");
    await settled();
    inkspan.dispose();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
    expect(calls.at(-1)).toBe("dispose");
    await expect(inkspan.generate({ prompt: "p" })).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("chat completions", () => {
  const messages = [
    { role: "system", content: "Be short." },
    { role: "user", content: "Who?" },
    { role: "assistant", content: "Ann." },
    { role: "user", content: "Why?" },
  ] as const;

  test("a whole completion has OpenAI's shape", async () => {
    const { inkspan, requests } = scripted();
    const { create } = inkspan.chat.completions;
    const completion = await create({ messages, max_tokens: 5, top_p: 0.5 });
    expect(completion).toMatchObject({
      object: "chat.completion",
      model: "nano",
      choices: [
        { index: 0, message: { role: "assistant", content: "xé" }, finish_reason: "length" },
      ],
      usage: { prompt_tokens: 4, completion_tokens: 3, total_tokens: 7 },
    });
    expect(completion.id).toMatch(/^chatcmpl-/);
    expect(requests[0]).toMatchObject({ prompt: messages, maxTokens: 5, topP: 0.5 });
  });

  test("an answer's form is asked of the engine; one that is unknown or asked of a document is refused", async () => {
    const { inkspan, requests } = scripted();
    const { create } = inkspan.chat.completions;
    const schema = { type: "object", properties: { a: { type: "integer" } } };
    await create({ messages, response_format: { type: "json_schema", json_schema: { schema } } });
    await create({ messages, response_format: { type: "json_object" } });
    await create({ messages, grammar: 'root ::= "a"' });
    await create({ messages, response_format: { type: "text" } });
    expect(requests.map((request) => ("format" in request ? request.format : undefined))).toEqual([
      { type: "json-schema", schema },
      { type: "json-schema", schema: { type: "object" } },
      { type: "gbnf", grammar: 'root ::= "a"' },
      undefined,
    ]);
    const refused = { code: "invalid-argument" };
    const unknown = { type: "xml" } as unknown as { type: "text" };
    await expect(create({ messages, response_format: unknown })).rejects.toMatchObject(refused);
    const both = { response_format: { type: "json_object" }, grammar: "root ::= [a]" } as const;
    await expect(create({ messages, ...both })).rejects.toMatchObject(refused);
    const asked = { messages, document: "d", grammar: "root ::= [a]" };
    await expect(create(asked)).rejects.toMatchObject(refused);
  });

  test("streamed about a document, with usage and evidence at the end", async () => {
    const { inkspan, requests } = scripted();
    const stream = await inkspan.chat.completions.create({
      messages,
      document: "d",
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: ChatCompletionChunk[] = await collect(stream);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks.map(({ choices }) => choices[0]?.delta)).toEqual([
      { role: "assistant", content: "" },
      { content: "A" },
      { content: " b" },
      { content: " c." },
      {},
      undefined,
    ]);
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([
      ...[null, null, null, null],
      "stop",
      undefined,
    ]);
    expect(chunks.at(-2)?.evidence).toEqual(EVIDENCE);
    expect(chunks.at(-1)?.usage).toEqual({
      prompt_tokens: 9,
      completion_tokens: 3,
      total_tokens: 12,
    });
    expect(requests[0]).toMatchObject({
      question: "Why?",
      history: [{ question: "Who?", answer: "Ann." }],
    });
  });

  test("a conversation that does not end with a question is refused", async () => {
    const { inkspan } = scripted();
    const request = { messages: messages.slice(0, 3), document: "d" };
    await expect(inkspan.chat.completions.create(request)).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });
});
