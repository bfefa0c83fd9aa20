// Answers of a model server: settings, the agreement before the first question, the mark on answers.
export const server = {
  server: {
    title: "Model server",
    explain:
      "An OpenAI-compatible server (llama.cpp, vLLM, Ollama, LM Studio, or a hosted one) writes the answers. Documents stay here; each question and the passages found for it go to the server.",
    use: "Let a server answer",
    address: "Server address",
    addressHint: "https://…, or http://localhost:8080 for a server on this computer",
    key: "Key",
    keyHint: "Sent to this address only. Forgotten when the page closes, unless it is kept.",
    keepKey: "Keep the key in this browser",
    model: "Model",
    look: "Look for models",
    looking: "Asking the server…",
    found: (count: string) => `${count} models`,
    context: "Tokens the model reads at once",
    contextHint: "Where the server does not say; 4,096 without it",
    withoutModel: "Work without a model on this device",
    withoutModelHint:
      "None is loaded: added documents are not read, and passages are found by words alone. They can be read later.",
    unnamed: "Name the model server and its model in the settings first.",
    ownTitle: "A server on this computer",
    ownHint: (origin: string) =>
      `It must let this page ask: llama-server … --cors-origins ${origin} · OLLAMA_ORIGINS=${origin} ollama serve (address http://localhost:11434) · vllm serve … --allowed-origins '["${origin}"]' · LM Studio: Server settings → Enable CORS. The browser may ask once whether the page may reach the local network.`,
    consent: {
      title: "Send this question to a server?",
      to: (model: string, base: string) => `${model} at ${base} will answer. It gets:`,
      question: "your question, and an instruction of about 50 words",
      history: "up to two earlier questions with their answers",
      passages: (titles: string) =>
        `the passages found for it, whole sentences with their page or chapter: ${titles}`,
      stays: "The rest of the document stays here. Every such answer is marked.",
      local: "The server runs on this computer.",
      remote: "Whoever runs the server can read what it gets.",
      once: "You are asked once for each server. It can be switched off in the settings.",
      agree: "Send",
      decline: "Do not send",
    },
    answered: (model: string, origin: string) =>
      `Answered by ${model} at ${origin}: the question and its passages were sent there.`,
  },
};
