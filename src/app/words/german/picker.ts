// What the dialog of models says, in German.
import type { VerdictMemory } from "../../../../workers/protocol.ts";
import type { picker as english } from "../english/picker.ts";

const memory: Readonly<Record<VerdictMemory, string>> = {
  memory: "Arbeitsspeicher",
  "graphics-memory": "Grafikspeicher",
};

export const picker: typeof english = {
  picker: {
    noPlace:
      "Dieser Browser gibt der Seite keinen Platz, um ein Modell zu behalten; Modelle kommen darum jedes Mal aus dem Netz. Ein Fenster, das nicht privat ist, behält sie über https.",
    looking: "Es wird nachgesehen, was da ist …",
    here: "Auf diesem Gerät",
    proposed: "Für lange Dokumente",
    order:
      "Geordnet nach dem, was jede Seite eines Dokuments auf der Platte kostet. Die Zahlen gelten für 100.000 Token, etwa 250 Seiten.",
    problem: "Problem mit dem Modell",
    dismiss: "Schließen",
    inUse: "In Gebrauch",
    states: {
      ready: "Bereit",
      remote: "Nicht heruntergeladen",
      partial: "Zum Teil heruntergeladen",
      downloading: "Wird heruntergeladen",
      verifying: "Wird geprüft",
      damaged: "Beschädigt",
    },
    fits: {
      fits: "Passt auf dieses Gerät",
      tight: "Knapp auf diesem Gerät",
      "does-not-fit": "Passt nicht auf dieses Gerät",
      unknown: "Bedarf noch nicht bekannt",
    },
    notes: {
      nano: "Kommt mit der Seite und ist sofort da: findet Fakten, führt keine Gespräche.",
      "nano-rodimus":
        "Behält ein Dokument als Zustand von 1,2 MB, wie lang es auch ist. Vor seinen letzten 513 Token findet es selten Fakten wieder; längere Dokumente werden aus Stellen beantwortet, die Wörter finden. Zum Erproben der Familie, schwächer als nano.",
      "qwen2.5-0.5b-instruct":
        "Der kleinste Index je Seite, und Antworten in ganzen Sätzen: eine gute erste Wahl.",
      "gemma-3-270m-it":
        "Gemacht, um klein zu sein: kurze Antworten, und ein Index fast so klein wie der von Qwen2.5 0.5B.",
      "smollm2-135m-instruct":
        "Klein genug für jedes Gerät, und antwortet in Sätzen; in einfachen.",
      "gemma-3-1b-it": "Gute Sätze in vielen Sprachen bei kleinem Index.",
      "qwen2.5-1.5b-instruct":
        "Die besten Antworten für seinen Index: für ein Gerät, das einige Gigabyte übrig hat.",
      "llama-3.2-1b-instruct":
        "Mit Kontexten von 131.072 Token trainiert; sorgsam mit dem, was der Text sagt.",
      "smollm2-360m-instruct":
        "Klein herunterzuladen, je Seite größer auf der Platte als Qwen2.5 0.5B.",
      "smollm3-3b":
        "Das stärkste der Liste, mit Kontexten von 65.536 Token trainiert; will eine richtige Grafikkarte.",
      "qwen3-0.6b":
        "Neuer als Qwen2.5, aber mit neunmal so großem Index: 114.688 Byte für jedes Token des Textes.",
    },
    reasons: {
      embedded: "Es kommt mit der Seite.",
      downloadTooLarge: (download, free) =>
        `Herunterzuladen sind ${download}, und der Browser hat noch ${free} für diese Seite.`,
      headerUnread: "Was es braucht, ist bekannt, sobald sein Kopf gelesen ist.",
      deviceMemory: (takes, of, device) =>
        `Es braucht ${takes} ${memory[of]}, und dieses Gerät hat insgesamt etwa ${device} Arbeitsspeicher.`,
      pageMemory: (takes, most) =>
        `Es braucht ${takes} Arbeitsspeicher; ohne Grafikkarte hat eine Seite höchstens ${most} für ein Modell.`,
      smallAdapter: (takes, buffer) =>
        `Es braucht ${takes} Grafikspeicher; der größte Puffer des Adapters hat ${buffer}, was auf einen kleinen deutet.`,
      littleStorage: (free, document) =>
        `Es kann behalten werden, aber ${free} Platz sind zu wenig für ein Dokument von 100.000 Token, das ${document} braucht.`,
      softwareAdapter:
        "Hier gibt es nur einen Software-Adapter: es ginge, aber viel zu langsam, um zu nützen.",
      slowProcessor: (takes) =>
        `Es braucht ${takes} Arbeitsspeicher und geht, aber langsam: hier rechnet der Prozessor.`,
      room: (takes, of) => `Es braucht ${takes} ${memory[of]}.`,
      roomLeft: (takes, of, free) =>
        `Es braucht ${takes} ${memory[of]}, und ${free} Platz sind frei.`,
    },
    file: "Datei",
    onDisk: (bytes) => `${bytes} auf der Platte`,
    toFetch: (bytes) => `${bytes} herunterzuladen`,
    licence: "Lizenz",
    weights: "Gewichte im Grafikspeicher",
    madeWhileLoading: (bytes, format) => `${bytes}, beim Laden zu ${format} gemacht`,
    graphics: "Grafikspeicher insgesamt",
    graphicsTakes: (bytes, index) => `${bytes}, und ${index} je 100.000 Token`,
    disk: "Platte",
    diskTakes: (bytes) => `${bytes} je 100.000 Token`,
    kept: (kept, all) => `${kept} von ${all} behalten`,
    unknownSize: "unbekannter Größe",
    load: "Laden",
    loadOnce: "Laden, ohne zu behalten",
    download: "Herunterladen",
    goOn: "Weiterladen",
    downloadAgain: "Neu herunterladen",
    check: "Prüfen",
    repair: "Reparieren",
    delete: "Löschen",
    openFile: "Modelldatei öffnen …",
    fileInput: "Modelldateien",
    fileHint:
      "Eine .gguf-Datei, alle ihre Teile, oder config.json, tokenizer.json und .safetensors-Dateien eines Ordners. Dateien werden gelesen, wo sie sind, und nicht kopiert.",
    openAddress: "Adresse öffnen …",
    addressForm: "Adresse öffnen",
    address: "Adresse",
    addressExample: "besitzer/ablage/datei.gguf, oder https://…",
    revision: "Revision",
    token: "Zugangsschlüssel",
    tokenExample: "nur für geschützte Modelle",
    tokenHint:
      "Der Schlüssel geht nur an diesen Server und wird beim Schließen der Seite vergessen.",
    readingHeader: "Der Kopf wird gelesen …",
    openThis: "Adresse öffnen",
    dropped: "Abgelegtes Modell",
    files: (count) => `${count} Dateien`,
    openDropped: (name, bytes) =>
      `${name} (${bytes}) als Modell öffnen? Dokumente, die mit einem anderen Modell gelesen wurden, müssen neu gelesen werden, bevor man nach ihnen fragen kann.`,
    notNow: "Nicht jetzt",
    openAsModel: "Als Modell öffnen",
  },
};
