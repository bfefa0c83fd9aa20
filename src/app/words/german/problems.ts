// What each error code means to the reader, and the way on, in German.
import type { AllProblemWords } from "../english/problems.ts";

const SAFE = "Deine Bibliothek ist unberührt.";

export const problems: AllProblemWords = {
  problemWords: {
    "no-webgpu": {
      title: "Dieser Browser hat kein WebGPU",
      advice: `Die Grafikkarte war verlangt, und nur WebGPU erreicht sie: in einem aktuellen Chrome oder Edge, in Safari 26 oder in Firefox unter Windows, über https oder auf localhost. Der Prozessor kann stattdessen rechnen. ${SAFE}`,
    },
    "no-adapter": {
      title: "Keine Grafikkarte hat geantwortet",
      advice: `Die Grafikkarte war verlangt, aber der Browser bietet keine an. Schalte in seinen Einstellungen die Hardwarebeschleunigung ein oder erneuere den Grafiktreiber, dann versuche es noch einmal. Der Prozessor kann stattdessen rechnen. ${SAFE}`,
    },
    "no-wasm": {
      title: "Dieses Gerät kann hier nicht rechnen",
      advice:
        "Der Prozessor würde rechnen, aber WebAssembly fehlt oder ist auf dieser Seite verboten. Nimm einen aktuellen Browser, oder bitte, wer die Seite betreibt, WebAssembly zu erlauben ('wasm-unsafe-eval').",
    },
    "limit-exceeded": {
      title: "Der Grafikadapter ist zu klein",
      advice: `Was der Adapter zulässt, ist weniger, als dieses Modell braucht. Ein kleineres Modell geht, oder der Prozessor. ${SAFE}`,
    },
    "out-of-memory": {
      title: "Der Speicher für das Modell ist voll",
      advice: `Schließe andere Tabs oder Programme, vor allem solche, die die Grafikkarte benutzen, und versuche es noch einmal; oder wähle ein kleineres Modell. ${SAFE}`,
    },
    "device-lost": {
      title: "Die Maschine wurde unterbrochen",
      advice: `Der Grafiktreiber wurde zurückgesetzt, das Gerät hat geschlafen, oder die Maschine ist ausgefallen. Alles bisher Gelesene ist gespeichert; Inkspan macht dort weiter. ${SAFE}`,
    },
    "download-failed": {
      title: "Ein Herunterladen kam nicht ans Ende",
      advice: "Prüfe die Verbindung und versuche es noch einmal. Was angekommen ist, bleibt.",
    },
    "checksum-mismatch": {
      title: "Die Datei ist nicht die erwartete",
      advice:
        "Sie wurde unterwegs oder an ihrem Ort beschädigt und wird darum nicht benutzt. Hole oder kopiere sie neu.",
    },
    "format-unsupported": {
      title: "Dieses Format wird nicht unterstützt",
      advice:
        "Inkspan liest PDF-, EPUB-, Word- (.docx), HTML-, Markdown- und Textdateien. Wandle die Datei um oder füge ihren Text ein.",
    },
    "format-invalid": {
      title: "Die Datei ist nicht gültig",
      advice:
        "Sie ist abgeschnitten oder beschädigt. Hole sie noch einmal, oder öffne sie in ihrem eigenen Programm und speichere sie neu.",
    },
    encrypted: {
      title: "Die Datei ist geschützt",
      advice:
        "Geschützte Dateien kann Inkspan nicht öffnen. Nimm eine Kopie ohne Schutz, oder füge ihren Text ein.",
    },
    "no-text": {
      title: "In der Datei ist kein Text",
      advice: "Es gibt nichts zu lesen. Wähle eine andere Datei, oder füge den Text ein.",
    },
    "too-large": {
      title: "Die Datei ist zu groß",
      advice: "Teile sie und füge die Teile nacheinander hinzu.",
    },
    "quota-exceeded": {
      title: "Der Speicher des Browsers ist voll",
      advice:
        "Was gespeichert ist, ist sicher. Lösche ein Dokument, das du nicht mehr brauchst, oder schaffe Platz auf dem Rechner, dann lies weiter.",
    },
    "index-stale": {
      title: "Von einem anderen Modell oder einer anderen Version",
      advice:
        "Der Text ist da, aber der gespeicherte Index gehört zu einem anderen Modell. Lies es neu, um danach zu fragen.",
    },
    "index-damaged": {
      title: "Der gespeicherte Index ist beschädigt",
      advice:
        "Der Index hat seine Prüfung nicht bestanden und wird nicht benutzt. Der Text ist da; lies ihn neu, um danach zu fragen.",
    },
    "locked-by-other-tab": {
      title: "Ein anderer Tab arbeitet daran",
      advice:
        "Warte, bis er fertig ist, oder schließe den anderen Tab. Dann versuche es hier noch einmal.",
    },
    "context-overflow": {
      title: "Die Frage ist zu lang",
      advice:
        "Frage, frühere Fragen und Antwort passen nicht zusammen hinein. Kürze die Frage oder die Länge der Antwort.",
    },
    "engine-limit": {
      title: "Diese Art der Aufmerksamkeit kann das nicht",
      advice:
        "Wähle in den Einstellungen eine andere: Der Speicher von Ltri wächst nicht mit dem Text, und rekurrente Modelle haben ihre eigene. Diese und Schlüssel niedrigen Rangs antworten aus einem Dokument auf einmal.",
    },
    "invalid-argument": {
      title: "Das geht nicht",
      advice: "Was verlangt war, passt nicht zusammen. Ändere es und versuche es noch einmal.",
    },
    "not-found": {
      title: "Das ist nicht da",
      advice:
        "Vielleicht wurde es gelöscht, vielleicht in einem anderen Tab. Lade die Seite neu, um zu sehen, was jetzt da ist.",
    },
    "no-model": {
      title: "Kein Modell ist geladen",
      advice:
        "Warte, bis das Modell bereit ist, oder wähle ein anderes. Dann versuche es noch einmal.",
    },
    "not-read-yet": {
      title: "Das Dokument ist nicht zu Ende gelesen",
      advice: "Lass es erst lesen; ein angehaltenes Lesen kann weitergehen.",
    },
    busy: {
      title: "Etwas anderes ist noch damit beschäftigt",
      advice: "Warte, bis das zu Ende ist, oder halte es an. Dann versuche es noch einmal.",
    },
    "no-storage": {
      title: "Dieser Browser bewahrt für die Seite nichts auf",
      advice:
        "In einem privaten Fenster, oder wo die Seite nicht über https kommt, gibt der Browser ihr keinen Speicher. Öffne sie in einem gewöhnlichen Fenster.",
    },
    "storage-newer": {
      title: "Die Bibliothek stammt von einem neueren Inkspan",
      advice:
        "Diese Seite ist älter als das Gespeicherte, darum rührt sie nichts an. Lade die Seite neu, um die neuere Version zu bekommen.",
    },
    "text-damaged": {
      title: "Der gespeicherte Text ist verloren",
      advice:
        "Der Browser hat den Text dieses Dokuments nicht mehr; es kann hier nicht neu gelesen werden. Lösche es und füge das Original noch einmal hinzu.",
    },
    "run-stale": {
      title: "Der Lauf gehört zu anderen Einstellungen",
      advice:
        "Womit er begonnen hat, ist jetzt anders. Lade das von damals wieder, oder beginne einen neuen Lauf.",
    },
    "run-damaged": {
      title: "Der gespeicherte Lauf ist beschädigt",
      advice: "Ein Teil davon hat die Prüfung nicht bestanden. Lösche den Lauf und beginne neu.",
    },
    "timed-out": {
      title: "Die Datei braucht zu lange zum Öffnen",
      advice:
        "Sie ist so gemacht, dass sie weit mehr Arbeit braucht, als ihre Größe erwarten lässt. Sie wurde nicht geöffnet. Speichere sie in ihrem eigenen Programm neu, oder füge ihren Text ein.",
    },
    "server-unreachable": {
      title: "Der Modellserver ist nicht zu erreichen",
      advice:
        "Niemand hat geantwortet; deine Frage bleibt. Läuft der Server an dieser Adresse, und lässt er diese Seite zu (CORS)? Die Einstellungen nennen die Schalter.",
    },
    "server-silent": {
      title: "Der Modellserver hat nicht rechtzeitig geantwortet",
      advice: "Deine Frage bleibt. Sieh nach dem Server, dann frage noch einmal.",
    },
    "server-key": {
      title: "Der Modellserver nimmt den Schlüssel nicht an",
      advice:
        "Deine Frage bleibt. Trage den Schlüssel des Servers in den Einstellungen ein, dann frage noch einmal.",
    },
    "server-not-found": {
      title: "Der Modellserver hat kein solches Modell",
      advice: "Deine Frage bleibt. Prüfe Adresse und Modell in den Einstellungen.",
    },
    "server-busy": {
      title: "Der Modellserver ist beschäftigt",
      advice:
        "Er ist voll oder lädt sein Modell. Deine Frage bleibt; frage nach einer Weile wieder.",
    },
    "server-context": {
      title: "Die Stellen passen nicht in das Modell des Servers",
      advice:
        "Deine Frage bleibt. Starte den Server mit einem größeren Kontext, oder verlange in den Einstellungen kürzere Antworten.",
    },
    "server-refused": {
      title: "Der Modellserver hat abgelehnt",
      advice: "Deine Frage bleibt. Was der Server gesagt hat, steht darunter.",
    },
    "server-broke-off": {
      title: "Der Modellserver hat abgebrochen",
      advice:
        "Er war mitten in der Antwort weg. Deine Frage bleibt; noch einmal zu fragen kostet eine zweite Antwort.",
    },
    "server-malformed": {
      title: "Das ist keine Antwort eines Modellservers",
      advice: "Deine Frage bleibt. Prüfe die Adresse in den Einstellungen.",
    },
    "not-finite": {
      title: "Das Modell hat keine brauchbaren Zahlen gerechnet",
      advice:
        "Die Antwort wurde beendet. Lies das Dokument neu; wenn das nicht hilft, liegt es an der Datei des Modells oder am Grafiktreiber.",
    },
    cancelled: {
      title: "Angehalten",
      advice: "Die Arbeit wurde angehalten, bevor sie fertig war.",
    },
    internal: {
      title: "Etwas ist schiefgegangen",
      advice: `Das sollte nicht vorkommen. Die Seite neu zu laden hilft meist. ${SAFE}`,
    },
  },
  modelProblemWords: {
    "format-invalid": {
      title: "Das ist kein lesbares Modell",
      advice:
        "Es ist abgeschnitten oder beschädigt. Hole es noch einmal, oder wähle eine andere Datei.",
    },
    "format-unsupported": {
      title: "Diese Art von Modell wird nicht unterstützt",
      advice:
        "Inkspan nimmt GGUF- und safetensors-Dateien der unterstützten Familien. Wähle eine andere.",
    },
    busy: { title: "An diesem Modell wird gearbeitet" },
    "locked-by-other-tab": {
      title: "Ein anderer Tab arbeitet an diesem Modell",
      advice: "Warte, bis er fertig ist. Dann versuche es hier noch einmal.",
    },
    "not-found": { title: "Dieses Modell ist nicht da" },
    "quota-exceeded": {
      title: "Für dieses Modell ist kein Platz",
      advice:
        "Lösche ein Modell oder ein Dokument, das du nicht mehr brauchst, oder schaffe Platz auf dem Rechner.",
    },
    "timed-out": {
      title: "Die Datei des Modells braucht zu lange zum Öffnen",
      advice:
        "Sie ist so gemacht, dass sie weit mehr Arbeit braucht, als ihre Größe erwarten lässt. Wähle eine andere Datei.",
    },
  },
};
