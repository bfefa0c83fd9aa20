// A model server over real HTTP on loopback: what is sent, what is understood, and how each failure is told.
// The bodies of refusals are those of llama.cpp's source (tools/server), vLLM and Ollama.
import { afterEach, describe, expect, test } from "vitest";
import { type ChatRequest, streamChat } from "./chat-stream.ts";
import { CitedText } from "./cited-text.ts";
import { questionMessages } from "./question-messages.ts";
import { Connection } from "./server-connection.ts";
import { isLoopback, serverBase } from "./server-address.ts";
import { listServerModels } from "./server-models.ts";
import {
  chunk,
  type Handler,
  openScriptedServer,
  type ScriptedServer,
  sendJson,
  sendPieces,
} from "./testing/scripted-server.ts";

const open: ScriptedServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(answer: Handler): Promise<ScriptedServer> {
  const server = await openScriptedServer(answer);
  open.push(server);
  return server;
}

async function ask(base: string, change: Partial<ChatRequest> = {}, key: string | null = null) {
  const told: string[] = [];
  const answer = await streamChat(
    fetch,
    { base, model: "big", key },
    {
      messages: [{ role: "user", content: "Who?" }],
      maxTokens: 50,
      temperature: 0,
      topP: 1,
      seed: 1,
      signal: undefined,
      onText: (text) => told.push(text),
      ...change,
    },
    () => Promise.resolve(),
  );
  return { ...answer, told };
}

const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":31,"completion_tokens":2}}\n\n';
const DONE = "data: [DONE]\n\n";

describe("the address of a server", () => {
  test.each([
    ["localhost:8080", "http://localhost:8080/v1"],
    ["127.0.0.1:11434/", "http://127.0.0.1:11434/v1"],
    ["http://localhost:1234/v1/", "http://localhost:1234/v1"],
    ["https://llm.example.org/api/openai/v1", "https://llm.example.org/api/openai/v1"],
    ["llm.example.org", "https://llm.example.org/v1"],
    ["https://llm.example.org/v1/chat/completions", "https://llm.example.org/v1"],
    ["https://llm.example.org/v1?key=abc#x", "https://llm.example.org/v1"],
  ])("%s is %s", (given, base) => {
    expect(serverBase(given)).toBe(base);
    expect(serverBase(base)).toBe(base);
  });

  test.each([
    "http://llm.example.org/v1",
    "http://192.168.1.5:8080",
    "http://localhost.example.org",
    "https://user:secret@llm.example.org",
    "ftp://localhost",
    "javascript:alert(1)",
    "",
    "https://",
  ])("%j is refused", (given) => {
    expect(() => serverBase(given)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  });

  test("only this computer is loopback", () => {
    expect(isLoopback("http://localhost:8080/v1")).toBe(true);
    expect(isLoopback("https://llm.example.org/v1")).toBe(false);
  });
});

describe("the models of a server", () => {
  const listing = async (value: unknown) => {
    const server = await serve((_, response) => sendJson(response, 200, value));
    return listServerModels(fetch, { base: server.base, key: "k" });
  };

  test("are read with their context, as each server tells it", async () => {
    const llamaCpp = {
      object: "list",
      data: [{ id: "a.gguf", meta: { n_ctx: 4096, n_ctx_train: 8192 } }],
    };
    expect(await listing(llamaCpp)).toEqual([{ id: "a.gguf", contextTokens: 4096 }]);
    const vllm = { object: "list", data: [{ id: "org/model", max_model_len: 32768 }] };
    expect(await listing(vllm)).toEqual([{ id: "org/model", contextTokens: 32768 }]);
    const ollama = {
      object: "list",
      data: [{ id: "smollm:135m", owned_by: "library" }, { id: 5 }],
    };
    expect(await listing(ollama)).toEqual([{ id: "smollm:135m", contextTokens: undefined }]);
  });

  test("something else at that address is said to be none", async () => {
    await expect(listing({ hello: 1 })).rejects.toMatchObject({ code: "server-not-found" });
    const page = await serve((_, response) => void response.end("<html>Welcome</html>"));
    await expect(listServerModels(fetch, { base: page.base, key: null })).rejects.toMatchObject({
      code: "server-not-found",
    });
  });
});

describe("an answer of a server", () => {
  test("streams, whatever the packets cut, and is asked for with nothing else", async () => {
    const whole = `: ping\n\n${chunk("Ann")}${chunk(" é😀")}${chunk("", "stop")}${USAGE}${DONE}`;
    const bytes = Buffer.from(whole);
    const server = await serve(async (_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
      for (let at = 0; at < bytes.length; at += 7) {
        response.write(bytes.subarray(at, at + 7));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      response.end();
    });
    const answer = await ask(server.base, {}, "secret");
    expect(answer).toEqual({
      text: "Ann é😀",
      told: ["Ann", " é😀"],
      stopped: "end",
      promptTokens: 31,
      answerTokens: 2,
    });
    const [request] = server.seen;
    expect(request).toMatchObject({ method: "POST", path: "/v1/chat/completions" });
    expect(request!.headers.authorization).toBe("Bearer secret");
    expect(request!.headers.cookie).toBeUndefined();
    expect(request!.headers.referer).toBeUndefined();
    expect(JSON.parse(request!.body)).toEqual({
      model: "big",
      messages: [{ role: "user", content: "Who?" }],
      max_tokens: 50,
      temperature: 0,
      top_p: 1,
      seed: 1,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test("without a key no header is sent; one cut at its length says so", async () => {
    const server = await serve(async (_, response) => {
      await sendPieces(response, [chunk("A", "length")]);
      response.end();
    });
    expect(await ask(server.base)).toMatchObject({
      text: "A",
      stopped: "length",
      promptTokens: undefined,
    });
    expect(server.seen[0]!.headers.authorization).toBeUndefined();
  });

  test("can be cancelled: the text so far is kept and the server sees the end", async () => {
    const abort = new AbortController();
    let closed: Promise<void> | undefined;
    const server = await serve(async (_, response) => {
      closed = new Promise((resolve) => response.on("close", resolve));
      await sendPieces(response, [chunk("Ann")]);
    });
    const onText = () => abort.abort();
    const answer = await ask(server.base, { signal: abort.signal, onText });
    expect(answer).toMatchObject({ text: "Ann", stopped: "cancelled" });
    await closed;
    const early = await ask(server.base, { signal: AbortSignal.abort() });
    expect(early).toMatchObject({ text: "", stopped: "cancelled" });
    expect(server.seen).toHaveLength(1);
  });

  test("a redirect is not followed: key and passages stay with the server they were meant for", async () => {
    const thief = await serve((_, response) => sendJson(response, 200, {}));
    const server = await serve((_, response) => {
      response.writeHead(307, { Location: `${thief.base}/chat/completions` });
      response.end();
    });
    await expect(ask(server.base, {}, "secret")).rejects.toMatchObject({
      code: "server-unreachable",
    });
    expect(thief.seen).toHaveLength(0);
  });

  test("what may have been counted is not asked for twice; a server that is loading is", async () => {
    const gone = await serve((_, response) => void response.destroy());
    await expect(ask(gone.base)).rejects.toMatchObject({ code: "server-unreachable" });
    expect(gone.seen).toHaveLength(1);
    const failing = await serve((_, response) =>
      sendJson(response, 500, { error: "out of memory" }),
    );
    await expect(ask(failing.base)).rejects.toMatchObject({ code: "server-refused" });
    expect(failing.seen).toHaveLength(1);
    const loading = await serve(async (_, response) => {
      if (loading.seen.length < 3) {
        const error = { message: "Loading model", type: "unavailable_error", code: 503 };
        sendJson(response, 503, { error });
        return;
      }
      await sendPieces(response, [chunk("A", "stop"), DONE]);
      response.end();
    });
    expect((await ask(loading.base)).text).toBe("A");
    expect(loading.seen).toHaveLength(3);
  });

  test.each<[string, number, unknown, string, string]>([
    [
      "wrong key",
      401,
      { error: { message: "Invalid API Key", type: "authentication_error", code: 401 } },
      "server-key",
      "Invalid API Key",
    ],
    [
      "llama.cpp's context",
      400,
      {
        error: {
          code: 400,
          message:
            "request (5012 tokens) exceeds the available context size (4096 tokens), try increasing it",
          type: "exceed_context_size_error",
          n_prompt_tokens: 5012,
          n_ctx: 4096,
        },
      },
      "server-context",
      "5012 tokens",
    ],
    [
      "vLLM's context",
      400,
      {
        object: "error",
        message:
          "This model's maximum context length is 2048 tokens. However, you requested 2301 tokens.",
        code: 400,
      },
      "server-context",
      "2048 tokens",
    ],
    [
      "Ollama's model",
      404,
      { error: 'model "x" not found, try pulling it first' },
      "server-not-found",
      "pulling it",
    ],
    [
      "a list of faults",
      422,
      { detail: [{ msg: "Field required", loc: ["body"] }] },
      "server-refused",
      "Field required",
    ],
    ["no sentence at all", 418, null, "server-refused", "refused (418)"],
  ])("%s is told in the server's words", async (_, status, body, code, says) => {
    const server = await serve((_, response) => sendJson(response, status, body));
    const failure = ask(server.base);
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toThrow(says);
  });

  test("a page of an error is not quoted, and a long one is cut", async () => {
    const server = await serve((_, response) => {
      response.writeHead(502, { "Content-Type": "text/html" });
      response.end("<html><h1>Bad gateway</h1></html>");
    });
    await expect(ask(server.base)).rejects.toThrow(/refused \(502\)$/);
    server.answer = (_, response) => sendJson(response, 400, { error: "x".repeat(100_000) });
    await expect(ask(server.base)).rejects.toThrow(/^.{200,400}$/);
  });

  test.each<[string, string[], string]>([
    ["a piece that is not JSON", [chunk("Ann"), "data: {oops\n\n"], "server-malformed"],
    ["a piece of another form", [chunk("Ann"), 'data: {"choices": 5}\n\n'], "server-malformed"],
    ["an end in the middle", [chunk("Ann")], "server-broke-off"],
    ["an end at once", [], "server-broke-off"],
    [
      "an error in the stream",
      [
        chunk("Ann"),
        'data: {"error":{"code":500,"message":"slot lost","type":"server_error"}}\n\n',
      ],
      "server-refused",
    ],
  ])("%s fails, and what was told before stays told", async (_, pieces, code) => {
    const told: string[] = [];
    const server = await serve(async (_, response) => {
      await sendPieces(response, pieces);
      response.end();
    });
    const onText = (text: string) => told.push(text);
    await expect(ask(server.base, { onText })).rejects.toMatchObject({ code });
    expect(told.join("")).toBe(pieces.length > 0 ? "Ann" : "");
  });

  test("a connection that is torn in the middle is told apart from one that never was", async () => {
    const server = await serve(async (_, response) => {
      await sendPieces(response, [chunk("Ann")]);
      response.destroy();
    });
    await expect(ask(server.base)).rejects.toMatchObject({ code: "server-broke-off" });
    const { base } = server;
    await server.close();
    await expect(ask(base)).rejects.toMatchObject({ code: "server-unreachable" });
  });

  test("an answer that is no stream is refused", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end("<html>Sign in</html>");
    });
    await expect(ask(server.base)).rejects.toMatchObject({ code: "server-malformed" });
  });
});

describe("what is sent and what comes back of it", () => {
  test("instruction, turns, passages with their numbers, and the question", () => {
    const messages = questionMessages(
      [
        { text: "The barge left.", label: "Page 2" },
        { text: "It rained.", label: "" },
      ],
      " When? ",
      [{ question: "Who?", answer: "Ann." }],
    );
    expect(messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    expect(messages.at(-1)!.content).toBe(
      "Passages:\n\n[1] (Page 2) The barge left.\n\n[2] It rained.\n\nQuestion: When?",
    );
  });

  test("wishes stand at the end of the instruction, not in the question", () => {
    const manner = { style: "list", instructions: "Be kind." } as const;
    const [system, asked] = questionMessages([], "When?", [], manner);
    expect(system!.content).toMatch(/briefly\. Answer as a list.* Be kind\.$/);
    expect(asked!.content).toBe("Passages:\n\nQuestion: When?");
  });

  test.each<[string, string, [number, number[]][]]>([
    [
      "She left [1]. It rained [2, 3].",
      "She left. It rained.",
      [
        [8, [0]],
        [19, [1, 2]],
      ],
    ],
    [
      "She left.[1][2]",
      "She left.",
      [
        [9, [0]],
        [9, [1]],
      ],
    ],
    ["All of it [1-3] holds.", "All of it holds.", [[9, [0, 1, 2]]]],
    ["None [9] of these [0].", "None of these.", []],
    ["A list [x] and [1", "A list [x] and [1", []],
    ["Line one [1]\nLine two", "Line one\nLine two", [[8, [0]]]],
    ["", "", []],
  ])("the markers of %j are taken out, however it arrives", (given, text, markers) => {
    for (const size of [1, 2, 3, 5, 1000]) {
      const told: string[] = [];
      const cited = new CitedText(4, (piece) => told.push(piece));
      for (let at = 0; at < given.length; at += size) cited.push(given.slice(at, at + size));
      cited.end();
      expect(cited.text).toBe(text);
      expect(told.join("")).toBe(text);
      expect(cited.markers.map(({ at, passages }) => [at, passages])).toEqual(markers);
    }
  });
});

test("a server that says nothing for too long is told apart, before its answer and within", async () => {
  const patience = { beginMs: 40, silenceMs: 40 };
  const server = await serve(() => undefined);
  const target = { base: server.base, key: null };
  const silent = new Connection(fetch, target, patience, undefined);
  await expect(silent.send("/models")).rejects.toMatchObject({ code: "server-silent" });
  server.answer = (_, response) => sendPieces(response, [chunk("Ann")]);
  const stuck = new Connection(fetch, target, patience, undefined);
  const response = await stuck.send("/models");
  await expect(async () => {
    for await (const _ of stuck.text(response));
  }).rejects.toMatchObject({ code: "server-silent" });
  stuck.close();
});
