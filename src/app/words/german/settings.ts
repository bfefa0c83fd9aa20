// What the settings say, in German.
import type { settings as english } from "../english/settings.ts";

export const settings: typeof english = {
  settings: {
    title: "Einstellungen",
    appearance: "Aussehen",
    language: "Sprache",
    languages: { system: "Wie der Browser", en: "English", de: "Deutsch" },
    theme: "Farben",
    themes: { system: "Wie das System", light: "Hell", dark: "Dunkel" },
    reading: "Liest",
    keepAwake: "Bildschirm anlassen, solange ein Dokument gelesen wird",
    notify: "Melden, wenn ein Dokument gelesen ist",
    notifyRefused: "Der Browser erlaubt dieser Seite keine Meldungen.",
    answers: "Antworten",
    manner: {
      style: "Stil der Antworten",
      styles: {
        brief: "Wenige Wörter, wie im Text",
        sentences: "Ein bis zwei Sätze",
        detailed: "Ausführlich",
        list: "Eine Liste",
      },
      instructions: "Anweisungen für jede Antwort",
      example: "Zum Beispiel: Antworte auf Deutsch. Erkläre Fachwörter.",
      hint: "Sie gehen hinter jeder Frage an das Modell. Die kürzesten Antworten bleiben dem Text am nächsten.",
      ignored:
        "Das geöffnete Modell findet Fakten und folgt keinen Anweisungen; ein größeres tut es.",
    },
    temperature: "Temperatur",
    temperatureHint: "Bei 0 gibt dieselbe Frage dieselbe Antwort.",
    answerLength: "Länge der Antwort",
    seed: "Startwert",
    range: (min: string, max: string) => `Eine ganze Zahl von ${min} bis ${max}`,
    followUps: "Eine Frage sieht die zwei vor ihr",
    suggestions:
      "Erste Fragen und eine kurze Zusammenfassung vorschlagen; sie entstehen, während sonst nichts geschieht",
    answerMode: "Antwort",
    answerModes: {
      auto: {
        label: "Wie für das Modell am besten gemessen",
        hint: "Aus dem Index, oder indem die gefundenen Stellen noch einmal gelesen werden.",
      },
      reread: {
        label: "Stellen noch einmal lesen",
        hint: "Die gefundenen Stellen werden mit der Frage noch einmal gelesen; die Zahlen zählen ihre Token. Geht auch, solange ein Dokument noch gelesen wird.",
      },
      recalled: {
        label: "Nur aus dem Index",
        hint: "Vom Dokument wird nichts noch einmal gelesen.",
      },
    },
    advanced: "Für Kenner",
    device: "Rechnen mit",
    devices: { auto: "Von selbst", webgpu: "Grafikkarte (WebGPU)", cpu: "Prozessor" },
    deviceHint:
      "Die Dokumente bleiben, wie sie sind: Was der eine gelesen hat, kann der andere beantworten.",
    attention: "Aufmerksamkeit",
    engineHint:
      "Dokumente, die mit einer anderen Wahl gelesen wurden, warten darauf oder werden neu gelesen.",
    saves: (ratio) =>
      `mit diesem Modell bleibt 1/${ratio} der Schlüssel und Werte im Grafikspeicher, bei einem Dokument, das den Kontext füllt.`,
    savesTooLittle: (ratio) =>
      `für dieses Modell nicht zu empfehlen. Es bliebe 1/${ratio} der Schlüssel und Werte im Grafikspeicher; erst weniger als die Hälfte wiegt den Aufwand auf.`,
    engineFits: "Was ausgegraut ist, arbeitet nicht mit dem geladenen Modell.",
    engines: {
      ltri: {
        label: "Abschnitte (Ltri-LLM)",
        hint: "Findet die Stellen beliebiger Länge, die zur Frage gehören.",
      },
      shadowkv: {
        label: "Schlüssel niedrigen Rangs (ShadowKV)",
        hint: "Liest genau, mit weniger Grafikspeicher; für ein Dokument, das in den Kontext des Modells passt.",
      },
      "shadowkv-plus": {
        label: "Schlüssel niedrigen Rangs, auch der Antworten (ShadowKV+)",
        hint: "Wie ShadowKV, nur dass auch die Schlüssel von Frage und Antwort niedrigen Rang haben: weniger Grafikspeicher bei langen Antworten, etwas langsamer.",
      },
      "shadowkv-deferred": {
        label: "Schlüssel niedrigen Rangs, spät gewählt",
        hint: "Wie ShadowKV, aber jedes Token einer Antwort sieht, was die Token davor gewählt haben: auf einer Grafikkarte nur eine Wartezeit je Token, und nicht das Verfahren der Veröffentlichung.",
      },
      "shadowkv-int8": {
        label: "Schlüssel niedrigen Rangs, Werte in int8",
        hint: "Wie ShadowKV, mit allen Werten in 8 Bit im Grafikspeicher: schneller auf einer Grafikkarte, und nicht das Verfahren der Veröffentlichung.",
      },
      infllm: {
        label: "Feste Blöcke (InfLLM)",
        hint: "Ruft Blöcke einer Länge ab; zum Vergleich.",
      },
      streaming: {
        label: "Nur das Fenster (StreamingLLM)",
        hint: "Sieht Anfang und Ende eines Dokuments; zum Vergleich.",
      },
      full: {
        label: "Alles (volle Aufmerksamkeit)",
        hint: "Genau, für Dokumente, die in den Speicher des Geräts passen.",
      },
      recurrent: {
        label: "Ein Zustand (rekurrente Modelle)",
        hint: "Die einzige Wahl für Rodimus: ein Dokument ist ein Zustand fester Größe.",
      },
    },
  },
  heads: {
    title: "Aufmerksamkeitsköpfe",
    measured: "Gemessene Köpfe",
    result: (copying: string, heads: string) =>
      `${copying} von ${heads} Köpfen dieses Modells schreiben aus einem Text ab.`,
    explain:
      "Manche Köpfe eines Modells schreiben aus dem Text ab. Welche, wird je Modell einmal an erfundenen Texten gemessen.",
    measuring: "Köpfe werden gemessen",
    cancel: "Messen abbrechen",
    again: "Köpfe neu messen",
    measure: "Köpfe messen",
    vote: "Die abschreibenden Köpfe allein abstimmen lassen",
    hint: "Sie finden immer die Stellen zu einer Frage. Hiermit entscheiden sie auch, was beim Lesen und in langen Antworten abgerufen wird; sonst tun das die entschiedensten Köpfe. Dokumente, die mit der anderen Wahl gelesen wurden, warten darauf oder werden neu gelesen.",
  },
};
