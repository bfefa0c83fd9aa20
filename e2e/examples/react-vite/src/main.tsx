// A document, a question about it, and a completion beside it: what an app needs of the library.
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import type { ChatCompletionChunk, DocumentSummary } from "inkspan";
import { useAnswer, useInkspan } from "inkspan/react";
import "inkspan/widget";

const TEXT = `The green lantern is a storm lantern for boats, huts and long nights. It burns for eleven hours with one filling of oil. Keep it upright, and never carry it by the glass.

Fill the lantern in daylight. Unscrew the brass cap, pour in half a litre of oil, wait two minutes, then light the wick from the side.

The secret code of the green lantern is 73194. You need it when you ask for a new glass.

Clean the glass with warm water and a soft cloth. After a voyage, empty the tank and store the lantern in its box.`;
const QUESTION = "What is the secret code of the green lantern?";

function Page() {
  const { inkspan, model, documents, progress } = useInkspan({ model: "nano" });
  const { status, text, answer, error, ask } = useAnswer(inkspan);
  const [document, setDocument] = useState<DocumentSummary | null>(null);
  const [completion, setCompletion] = useState("");
  const [chunks, setChunks] = useState<readonly ChatCompletionChunk[]>([]);

  async function read() {
    if (inkspan) setDocument(await inkspan.documents.add("Lantern", TEXT));
  }

  async function complete() {
    if (!inkspan) return;
    let tokens = 0;
    const result = await inkspan.generate({
      prompt: "The captain",
      maxTokens: 5,
      ignoreEndToken: true,
      onToken: () => tokens++,
    });
    setCompletion(`${tokens} tokens: ${result.text}`);
  }

  async function chat() {
    if (!inkspan || !document) return;
    const stream = await inkspan.chat.completions.create({
      messages: [{ role: "user", content: QUESTION }],
      document: document.id,
      stream: true,
    });
    const all: ChatCompletionChunk[] = [];
    for await (const chunk of stream) all.push(chunk);
    setChunks(all);
  }

  async function copy() {
    if (!inkspan || !document) return;
    setDocument(null); // nothing can be asked meanwhile
    const file = await inkspan.documents.export(document.id);
    await inkspan.documents.delete(document.id);
    setDocument(await inkspan.documents.import(file));
  }

  return (
    <main>
      <h1>Inkspan in a React app</h1>
      <p data-testid="model">{model.phase}</p>
      <button onClick={() => void read()}>Read</button>
      {progress && <progress max={progress.totalTokens} value={progress.tokens} />}
      <p data-testid="documents">{documents.map(({ title, state }) => `${title} ${state}`)}</p>
      <button disabled={!document} onClick={() => document && void ask(document.id, QUESTION)}>
        Ask
      </button>
      <p data-testid="answer" data-status={status}>
        {error ? error.message : text}
      </p>
      <p data-testid="evidence">{answer?.evidence.map((one) => one.text).join(" | ")}</p>
      <button onClick={() => void complete()}>Complete</button>
      <p data-testid="completion">{completion}</p>
      <button onClick={() => void chat()}>Chat</button>
      <p data-testid="chat" data-finish={chunks.at(-1)?.choices[0]?.finish_reason}>
        {chunks.map(({ choices }) => choices[0]?.delta.content).join("")}
      </p>
      <button onClick={() => void copy()}>Export and import</button>
      <inkspan-chat for="h1" />
    </main>
  );
}

createRoot(window.document.getElementById("root")!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
