// What the widget says, by language. A language without an entry gets English.

export interface Messages {
  readonly open: string;
  readonly title: string;
  readonly close: string;
  readonly question: string;
  readonly placeholder: string;
  readonly ask: string;
  readonly stop: string;
  readonly resume: string;
  readonly retry: string;
  readonly back: string;
  readonly openingText: string;
  readonly loadingModel: string;
  readonly reading: string;
  readonly paused: string;
  readonly stopped: string;
  readonly ready: string;
  readonly local: string;
  readonly answering: string;
  readonly answer: string;
  readonly noAnswer: string;
  readonly evidence: string;
  readonly closestPassages: string;
  readonly closest: string;
  readonly unsupported: string;
  readonly conversation: string;
  readonly shown: string;
  readonly moved: string;
  readonly passage: string;
  readonly failed: string;
  readonly consentTitle: string;
  readonly send: string;
  readonly doNotSend: string;
  consent(model: string, server: string): string;
  answeredBy(model: string, server: string): string;
  /** In the places of `ready` and `local` where a server answers. */
  readyFor(server: string): string;
  sentTo(server: string): string;
  showPassage(number: number, quote: string): string;
  citation(number: number, quote: string): string;
  tokens(done: number, total: number, perSecond: number): string;
  megabytes(done: number, total: number, perSecond: number): string;
  left(seconds: number): string;
}

const plural = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

const number = (lang: string, value: number, digits = 0): string =>
  value.toLocaleString(lang, { maximumFractionDigits: digits });

const english: Messages = {
  open: "Ask this page",
  title: "Ask this page",
  close: "Close",
  question: "Question",
  placeholder: "Ask about this text…",
  ask: "Ask",
  stop: "Stop",
  resume: "Go on",
  retry: "Try again",
  back: "Back to the answers",
  openingText: "Opening the text…",
  loadingModel: "Loading the model…",
  reading: "Reading the text, once…",
  paused: "The reading is paused.",
  stopped: "Stopped.",
  ready: "Ready. Questions are answered on this device.",
  local: "Answered on this device; nothing leaves it.",
  answering: "Answering…",
  answer: "Answer",
  noAnswer: "The model found nothing to say.",
  evidence: "Passages",
  closestPassages: "Closest passages",
  closest: "Closest sentence of the text:",
  unsupported: "Not supported by the text:",
  conversation: "Questions and answers",
  shown: "The passage is marked on the page.",
  moved: "The page has changed; this passage is no longer there.",
  passage: "Passage",
  failed: "That did not work.",
  consentTitle: "Send this question to a server?",
  send: "Send",
  doNotSend: "Do not send",
  consent: (model, server) =>
    `${model} at ${server} answers here. It gets your question and the passages of this text found for it; the rest stays on this device. You are asked once.`,
  answeredBy: (model, server) =>
    `Answered by ${model} at ${server}: the question and its passages were sent there.`,
  readyFor: (server) => `Ready. Questions are answered by ${server}.`,
  sentTo: (server) => `Answered by ${server}: it gets the question and the passages found for it.`,
  showPassage: (index, quote) => `Show passage ${index}: ${quote}`,
  citation: (index, quote) => `Citation ${index}: ${quote}`,
  tokens: (done, total, rate) =>
    `${number("en", done)} of ${number("en", total)} tokens, ${number("en", rate)} per second`,
  megabytes: (done, total, rate) =>
    `${number("en", done, 1)} of ${number("en", total, 1)} MB, ${number("en", rate, 1)} MB per second`,
  left: (seconds) =>
    seconds < 60
      ? `${plural(Math.max(1, Math.round(seconds)), "second", "seconds")} left`
      : `${plural(Math.round(seconds / 60), "minute", "minutes")} left`,
};

const german: Messages = {
  open: "Diese Seite befragen",
  title: "Diese Seite befragen",
  close: "Schließen",
  question: "Frage",
  placeholder: "Frage zu diesem Text …",
  ask: "Fragen",
  stop: "Anhalten",
  resume: "Fortsetzen",
  retry: "Noch einmal",
  back: "Zurück zu den Antworten",
  openingText: "Der Text wird geöffnet …",
  loadingModel: "Das Modell wird geladen …",
  reading: "Der Text wird einmal gelesen …",
  paused: "Das Lesen ist angehalten.",
  stopped: "Angehalten.",
  ready: "Bereit. Fragen werden auf diesem Gerät beantwortet.",
  local: "Auf diesem Gerät beantwortet; nichts verlässt es.",
  answering: "Die Antwort entsteht …",
  answer: "Antwort",
  noAnswer: "Das Modell hat nichts zu sagen.",
  evidence: "Textstellen",
  closestPassages: "Nächste Stellen",
  closest: "Nächster Satz des Textes:",
  unsupported: "Vom Text nicht gestützt:",
  conversation: "Fragen und Antworten",
  shown: "Die Stelle ist auf der Seite markiert.",
  moved: "Die Seite hat sich geändert; diese Stelle gibt es nicht mehr.",
  passage: "Textstelle",
  failed: "Das hat nicht geklappt.",
  consentTitle: "Diese Frage an einen Server senden?",
  send: "Senden",
  doNotSend: "Nicht senden",
  consent: (model, server) =>
    `Hier antwortet ${model} unter ${server}. Es bekommt deine Frage und die dazu gefundenen Stellen dieses Textes; der Rest bleibt auf diesem Gerät. Das wird einmal gefragt.`,
  answeredBy: (model, server) =>
    `Beantwortet von ${model} unter ${server}: Die Frage und ihre Stellen wurden dorthin gesendet.`,
  readyFor: (server) => `Bereit. Fragen beantwortet ${server}.`,
  sentTo: (server) =>
    `Beantwortet von ${server}: Dorthin gehen die Frage und die dazu gefundenen Stellen.`,
  showPassage: (index, quote) => `Textstelle ${index} zeigen: ${quote}`,
  citation: (index, quote) => `Beleg ${index}: ${quote}`,
  tokens: (done, total, rate) =>
    `${number("de", done)} von ${number("de", total)} Token, ${number("de", rate)} je Sekunde`,
  megabytes: (done, total, rate) =>
    `${number("de", done, 1)} von ${number("de", total, 1)} MB, ${number("de", rate, 1)} MB je Sekunde`,
  left: (seconds) =>
    seconds < 60
      ? `noch ${plural(Math.max(1, Math.round(seconds)), "Sekunde", "Sekunden")}`
      : `noch ${plural(Math.round(seconds / 60), "Minute", "Minuten")}`,
};

const languages: Readonly<Record<string, Messages>> = { en: english, de: german };

/** By the element's `lang`, else the page's. */
export function messagesFor(element: Element): Messages {
  const tag = element.closest("[lang]")?.getAttribute("lang") ?? navigator.language;
  const [language = "en"] = tag.toLowerCase().split("-");
  return (Object.hasOwn(languages, language) ? languages[language] : undefined) ?? english;
}
