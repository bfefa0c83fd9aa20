// Antworten eines Modellservers, auf Deutsch.
import type { server as english } from "../english/server.ts";

export const server: typeof english = {
  server: {
    title: "Modellserver",
    explain:
      "Ein OpenAI-kompatibler Server (llama.cpp, vLLM, Ollama, LM Studio oder ein gehosteter) schreibt die Antworten. Dokumente bleiben hier; jede Frage und die dazu gefundenen Stellen gehen an den Server.",
    use: "Einen Server antworten lassen",
    address: "Adresse des Servers",
    addressHint: "https://…, oder http://localhost:8080 für einen Server auf diesem Rechner",
    key: "Schlüssel",
    keyHint:
      "Geht nur an diese Adresse. Wird beim Schließen der Seite vergessen, außer er wird behalten.",
    keepKey: "Den Schlüssel in diesem Browser behalten",
    model: "Modell",
    look: "Modelle suchen",
    looking: "Der Server wird gefragt…",
    found: (count) => `${count} Modelle`,
    context: "Tokens, die das Modell auf einmal liest",
    contextHint: "Wo der Server es nicht sagt; ohne Angabe 4.096",
    withoutModel: "Ohne Modell auf diesem Gerät arbeiten",
    withoutModelHint:
      "Keines wird geladen: Hinzugefügte Dokumente werden nicht gelesen, und Stellen nur nach Wörtern gefunden. Sie lassen sich später lesen.",
    unnamed: "Nenne zuerst in den Einstellungen den Modellserver und sein Modell.",
    ownTitle: "Ein Server auf diesem Rechner",
    ownHint: (origin) =>
      `Er muss diese Seite fragen lassen: llama-server … --cors-origins ${origin} · OLLAMA_ORIGINS=${origin} ollama serve (Adresse http://localhost:11434) · vllm serve … --allowed-origins '["${origin}"]' · LM Studio: Server settings → Enable CORS. Der Browser fragt vielleicht einmal, ob die Seite das lokale Netz erreichen darf.`,
    consent: {
      title: "Diese Frage an einen Server senden?",
      to: (model, base) => `${model} unter ${base} wird antworten. Es bekommt:`,
      question: "deine Frage und eine Anweisung von etwa 50 Wörtern",
      history: "bis zu zwei frühere Fragen mit ihren Antworten",
      passages: (titles) =>
        `die dazu gefundenen Stellen, ganze Sätze mit Seite oder Kapitel: ${titles}`,
      stays: "Der Rest des Dokuments bleibt hier. Jede solche Antwort trägt ein Zeichen.",
      local: "Der Server läuft auf diesem Rechner.",
      remote: "Wer den Server betreibt, kann lesen, was er bekommt.",
      once: "Das wird einmal je Server gefragt. In den Einstellungen lässt es sich ausschalten.",
      agree: "Senden",
      decline: "Nicht senden",
    },
    answered: (model, origin) =>
      `Beantwortet von ${model} unter ${origin}: Die Frage und ihre Stellen wurden dorthin gesendet.`,
  },
};
