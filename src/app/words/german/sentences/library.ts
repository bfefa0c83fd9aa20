// What is said of stored documents and their index, of questions, and of what computes.
export const library: Readonly<Record<string, string>> = {
  "The engine stopped: {}": "Die Maschine hat angehalten: {}",
  "The page closed the engine.": "Die Seite hat die Maschine geschlossen.",
  "The graphics device was lost, and the browser gives the page no other one. Let the processor compute, or restart the browser; everything read so far is stored.":
    "Die Grafikkarte ging verloren, und der Browser gibt der Seite keine andere. Lass den Prozessor rechnen, oder starte den Browser neu; alles bisher Gelesene ist gespeichert.",
  "The device that computes was lost ({}). Everything stored is safe; the engine starts again.":
    "Was rechnet, ging verloren ({}). Alles Gespeicherte ist sicher; die Maschine beginnt neu.",
  "no reason given": "ohne Grund",
  "No model is loaded yet. Choose one, or wait until it is ready.":
    "Noch ist kein Modell geladen. Wähle eines, oder warte, bis es bereit ist.",
  "This browser has no WebAssembly with SIMD, which computing without a graphics card needs. Use a current browser.":
    "Dieser Browser hat kein WebAssembly mit SIMD, das Rechnen ohne Grafikkarte braucht. Nimm einen aktuellen Browser.",
  "This page's security policy forbids WebAssembly, which computing without a graphics card needs. Whoever runs the page can allow it with 'wasm-unsafe-eval' in script-src.":
    "Die Sicherheitsregeln dieser Seite verbieten WebAssembly, das Rechnen ohne Grafikkarte braucht. Wer die Seite betreibt, kann es mit 'wasm-unsafe-eval' in script-src erlauben.",
  "This browser does not offer WebGPU. Let the processor compute, or use a current Chrome, Edge or Safari and open the page over https or on localhost.":
    "Dieser Browser bietet kein WebGPU. Lass den Prozessor rechnen, oder nimm ein aktuelles Chrome, Edge oder Safari und öffne die Seite über https oder auf localhost.",
  "WebGPU is present but found no graphics adapter. Let the processor compute, or turn on hardware acceleration in the browser settings, update the graphics driver, and reload.":
    "WebGPU ist da, fand aber keine Grafikkarte. Lass den Prozessor rechnen, oder schalte in den Einstellungen des Browsers die Hardwarebeschleunigung ein, erneuere den Grafiktreiber und lade neu.",
  "The graphics adapter allows bindings of {} bytes; at least {} are needed.":
    "Der Grafikadapter lässt Bindungen von {} Byte zu; mindestens {} sind nötig.",
  "The model computed numbers that are not finite, so the answer was ended.":
    "Das Modell rechnete Zahlen, die keine sind; darum wurde die Antwort beendet.",

  "The question was cancelled.": "Die Frage wurde angehalten.",
  "The answer was cancelled.": "Die Antwort wurde angehalten.",
  "Writing was cancelled.": "Das Schreiben wurde angehalten.",
  "The measurement was cancelled.": "Das Messen wurde angehalten.",
  "{}: not read to the end yet with this model.":
    "{}: mit diesem Modell noch nicht zu Ende gelesen.",
  '"{}" has not been read to its end yet.': "„{}“ ist noch nicht zu Ende gelesen.",
  '"{}" has not been read to its end yet. Let it be read, then export it.':
    "„{}“ ist noch nicht zu Ende gelesen. Lass es lesen, dann gib es aus.",
  '"{}" has not been read by a model yet.': "„{}“ hat noch kein Modell gelesen.",
  "Choose one or several different documents to ask.":
    "Wähle ein Dokument oder mehrere verschiedene, um zu fragen.",
  "The prompt has no tokens.": "Die Eingabe ist leer.",
  "The prompt takes {} tokens; this model's context holds {}. Shorten it, or add the text as a document.":
    "Die Eingabe braucht {} Token; der Kontext dieses Modells fasst {}. Kürze sie, oder füge den Text als Dokument hinzu.",
  "The question and its history take {} tokens; {} leaves {} for them and the answer. Ask a shorter question or start a new conversation.":
    "Die Frage und was vor ihr war brauchen {} Token; {} lässt ihnen und der Antwort {}. Frage kürzer, oder beginne ein neues Gespräch.",
  "this model": "dieses Modell",
  "the document": "das Dokument",
  "{} is {}; it must be {}.": "{} ist {}; erlaubt ist: {}.",
  "a whole number from 1 on": "eine ganze Zahl ab 1",
  "a number from 0 on": "eine Zahl ab 0",
  "a whole number from 0 to {}": "eine ganze Zahl von 0 bis {}",
  "a number above 0 and up to 1": "eine Zahl über 0 bis 1",
  "one of {}": "eines von {}",
  "a text of at most {} characters": "ein Text von höchstens {} Zeichen",
  "false for an answer with a format": "false bei einer Antwort mit Format",
  "{}: known are {}.": "{}: bekannt sind {}.",
  "{}={}: {}.": "{}={}: {}.",

  '"{}" is no attention engine: known are {}.':
    "„{}“ ist keine Art der Aufmerksamkeit; bekannt sind {}.",
  "Full attention keeps all {} tokens on the device; with this model {} fit. Choose another attention engine for this document, or a shorter document.":
    "Volle Aufmerksamkeit hält alle {} Token auf dem Gerät; mit diesem Modell passen {}. Wähle für dieses Dokument eine andere Art der Aufmerksamkeit, oder ein kürzeres Dokument.",
  "A recurrent model keeps one state per document, and states of several documents cannot be joined. Ask about one document at a time.":
    "Ein rekurrentes Modell hat einen Zustand je Dokument, und die Zustände mehrerer lassen sich nicht verbinden. Frage nach einem Dokument auf einmal.",
  "ShadowKV answers from one document at a time: it keeps each one's keys in directions of its own, as one text from the first position on. Choose one document, or the attention “Spans (Ltri-LLM)”.":
    "ShadowKV antwortet aus einem Dokument auf einmal: Jedes hat seine Schlüssel in eigenen Richtungen, als ein Text von der ersten Stelle an. Wähle ein Dokument, oder die Aufmerksamkeit „Spannen (Ltri-LLM)“.",
  "This document has {} tokens. ShadowKV reads it in one piece, for which this model was trained on {}, {} of them for a question. Choose the attention “Spans (Ltri-LLM)”, which reads documents of any length, or a shorter document.":
    "Dieses Dokument hat {} Token. ShadowKV liest es in einem Stück; dafür wurde dieses Modell mit {} trainiert, {} davon für eine Frage. Wähle die Aufmerksamkeit „Spannen (Ltri-LLM)“, die Dokumente jeder Länge liest, oder ein kürzeres Dokument.",
  '{} is a recurrent model: it keeps one state and no keys and values of a text, so this attention engine has nothing to work with. Choose the engine "recurrent", or another model.':
    "{} ist ein rekurrentes Modell: Es hat einen Zustand und keine Schlüssel und Werte eines Textes; diese Art der Aufmerksamkeit hat nichts, womit sie arbeiten kann. Wähle „recurrent“, oder ein anderes Modell.",
  'The engine "recurrent" works with the state of a recurrent model (Rodimus), and {} has none. Choose another engine, or a recurrent model.':
    "„recurrent“ arbeitet mit dem Zustand eines rekurrenten Modells (Rodimus), und {} hat keinen. Wähle eine andere Art der Aufmerksamkeit, oder ein rekurrentes Modell.",
  "The window of a recurrent model keeps its keys and values in f16 or f32: choose kvDtype=f16.":
    "Das Fenster eines rekurrenten Modells hält Schlüssel und Werte in f16 oder f32: Wähle kvDtype=f16.",
  "The keys that this model computes are no numbers: its file is damaged. Choose another model.":
    "Die Schlüssel, die dieses Modell berechnet, sind keine Zahlen: Seine Datei ist beschädigt. Wähle ein anderes Modell.",
  "kvDtype=int8: ShadowKV keeps f16 or f32.": "kvDtype=int8: ShadowKV hält f16 oder f32.",
  "Calibrated voting: the model has no head weights.":
    "Abstimmung nach Köpfen: Das Modell hat keine gemessenen Köpfe.",
  "The head weights were measured on another model.":
    "Die Köpfe wurden an einem anderen Modell gemessen.",
  "The head weights are damaged: {} rows of {} numbers from 0 to 1 were expected.":
    "Die gemessenen Köpfe sind beschädigt: {} Reihen von {} Zahlen von 0 bis 1 waren erwartet.",
  "span index parameters: {}": "Einstellungen des Index: {}",
  "span index: nSink {} + budget {} + lMax {} + nLocal {} + chunk {} = {} positions, the model was trained on {}":
    "Index: nSink {} + budget {} + lMax {} + nLocal {} + chunk {} = {} Stellen, das Modell wurde mit {} trainiert",
  "nLocal {} < segLen + lMax + chunk = {}: boundaries come too late":
    "nLocal {} < segLen + lMax + chunk = {}: Grenzen kommen zu spät",
  "lMax {} < 2 · lMin {}": "lMax {} < 2 · lMin {}",
  "blockLength {} > lMax {}": "blockLength {} > lMax {}",
  "nVote {} > nLocal {}": "nVote {} > nLocal {}",
  "poolTokens {} < budget {}": "poolTokens {} < budget {}",
  "segLen {} < lMax {}: no span may be committed":
    "segLen {} < lMax {}: kein Abschnitt kann abgeschlossen werden",

  "The document is damaged.": "Das Dokument ist beschädigt.",
  '"{}" was deleted while it was in use.': "„{}“ wurde gelöscht, während es benutzt wurde.",
  '"{}" is being deleted.': "„{}“ wird gerade gelöscht.",
  "There is no stored document {}.": "Ein gespeichertes Dokument {} gibt es nicht.",
  "The document is {} in this tab. Wait for its end.":
    "Das Dokument wird in diesem Tab {}. Warte, bis das zu Ende ist.",
  "being read": "gelesen",
  "being deleted": "gelöscht",
  "being prepared for another reading": "für ein neues Lesen vorbereitet",
  "being imported": "hinzugefügt",
  "Another tab reads, changes or deletes the document. Finish or close it there, then try again.":
    "Ein anderer Tab liest, ändert oder löscht das Dokument. Beende oder schließe es dort, dann versuche es noch einmal.",
  "The document's file is open in another tab. Close it there and try again.":
    "Die Datei des Dokuments ist in einem anderen Tab offen. Schließe sie dort und versuche es noch einmal.",
  'Writing the index of "{}" was ended.': "Das Schreiben des Index von „{}“ wurde beendet.",
  'There is not enough storage for "{}". What was stored before is intact: free space or delete a document, then continue.':
    "Für „{}“ reicht der Speicher nicht. Was vorher gespeichert war, ist heil: Schaffe Platz oder lösche ein Dokument, dann mach weiter.",
  "A newer version of Inkspan keeps this library now. Nothing was changed; reload the page to get that version.":
    "Eine neuere Version von Inkspan verwahrt jetzt diese Bibliothek. Nichts wurde geändert; lade die Seite neu, um diese Version zu bekommen.",
  'The stored text of "{}" is damaged. Delete the document and add its text again.':
    "Der gespeicherte Text von „{}“ ist beschädigt. Lösche das Dokument und füge den Text neu hinzu.",
  'The index of "{}" does not belong to its text. It came in a file and is not used; the text can be read again.':
    "Der Index von „{}“ gehört nicht zu seinem Text. Er kam in einer Datei und wird nicht benutzt; der Text kann neu gelesen werden.",
  'The index of "{}" was made differently: {}. Rebuild it from the stored text.':
    "Der Index von „{}“ wurde anders gemacht: {}. Lies den gespeicherten Text neu.",
  "{} was {} and is now {}": "{} war {} und ist jetzt {}",
  'The index of "{}" cannot be used: {}.': "Der Index von „{}“ ist nicht zu gebrauchen: {}.",
  "it was made for a model of another shape": "er wurde für ein anders gebautes Modell gemacht",
  "layer {} has {} stored spans, its checkpoint {}":
    "Schicht {} hat {} gespeicherte Abschnitte, ihr Stand {}",
  "layer {} has impossible spans": "Schicht {} hat unmögliche Abschnitte",
  "Layer {} has {} stored spans, its checkpoint {}.":
    "Schicht {} hat {} gespeicherte Abschnitte, ihr Stand {}.",
  'The state of "{}" stands at token {} of {}. Read the document again.':
    "Der Zustand von „{}“ steht bei Token {} von {}. Lies das Dokument neu.",
  "The stored state of the document has {} bytes, the model's has {}. Read the document again.":
    "Der gespeicherte Zustand des Dokuments hat {} Byte, der des Modells {}. Lies das Dokument neu.",
  "The state of the document has no readable header.":
    "Der Zustand des Dokuments hat keinen lesbaren Kopf.",
  "The stored state cannot be used: {}.": "Der gespeicherte Zustand ist nicht zu gebrauchen: {}.",
  "it was made from other tokens": "er wurde aus anderen Token gemacht",
  "it has no header": "er hat keinen Kopf",
  "its header runs beyond its end": "sein Kopf reicht über das Ende hinaus",
  "it is not all numbers": "nicht alles darin sind Zahlen",
  "its header is not that of a recurrent state":
    "sein Kopf ist nicht der eines rekurrenten Zustands",
  "The checkpoint header is not JSON.": "Der Kopf des Standes ist kein JSON.",
  "The checkpoint of the document cannot be used: {}.":
    "Der Stand des Dokuments ist nicht zu gebrauchen: {}.",
  "no header": "kein Kopf",
  "header beyond the end": "der Kopf reicht über das Ende hinaus",
  "its header is not valid ({})": "sein Kopf ist nicht gültig ({})",
  "it is already complete": "er ist schon vollständig",
  "it is not complete": "er ist nicht vollständig",
  "{} bytes, expected {}": "{} Byte, erwartet {}",
  "it has {} layers": "er hat {} Schichten",
  "it has a layer {}": "er hat eine Schicht {}",
  "it has no chunk {}": "er hat kein Stück {}",
  "layer {} has other sizes": "Schicht {} hat andere Größen",
  "layer {} has other spans": "Schicht {} hat andere Abschnitte",
  "layer {} has another span {}": "Schicht {} hat einen anderen Abschnitt {}",
  "layer {} has impossible outliers": "Schicht {} hat unmögliche Ausreißer",
  "layer {} has other chunks": "Schicht {} hat andere Stücke",
  "it is not that of the finished document": "er ist nicht der des fertigen Dokuments",
  "a broken row": "eine kaputte Reihe",
  "it belongs to another document": "er gehört zu einem anderen Dokument",
  "other spans": "andere Abschnitte",
  "word {} differs": "Wort {} ist anders",
  "kappa differs": "Kappa ist anders",
  "span discovery state has {} rows": "Die Suche nach Abschnitten hat {} Reihen",
  "span discovery state: {}": "Suche nach Abschnitten: {}",
  "The stored index is damaged: the {} {}. The text is kept; rebuild the index.":
    "Der gespeicherte Index ist beschädigt ({} {}). Der Text ist da; lies ihn neu.",
  "commit record": "Abschluss:",
  "{} record (layer {}, part {})": "{} (Schicht {}, Teil {}):",
  "{} bytes": "{} Byte",
  "{} column": "{}:",
  "extent table": "Verzeichnis der Stücke:",
  "extent file": "Datei der Stücke:",
  "span table": "Verzeichnis der Abschnitte:",
  "manifest record": "Beschreibung:",
  "sections column": "Seiten und Kapitel:",
  "is missing": "fehlt",
  "cannot be understood": "nicht zu verstehen",
  "has other layers": "andere Schichten",
  "belongs to another commit": "gehört zu einem anderen Abschluss",
  "has the wrong size": "falsche Größe",
  "counts other spans": "zählt andere Abschnitte",
  "is not binary": "nicht binär",
  "is shorter than its envelope": "kürzer als der Umschlag",
  "has no record mark": "ohne Kennzeichen",
  "has a damaged envelope": "beschädigter Umschlag",
  "has another format version": "andere Version des Formats",
  "is another record": "ist etwas anderes",
  "has {} bytes instead of {}": "{} Byte statt {}",
  "fails its checksum": "die Prüfsumme stimmt nicht",
  "leaves a gap in the file": "lässt eine Lücke in der Datei",
  "is too short": "zu kurz",
  "has a gap": "mit einer Lücke",
  "lacks vectors": "Vektoren fehlen",
  "has impossible rows": "unmögliche Reihen",
  "cannot be read": "nicht zu lesen",
  "has a broken row": "mit einer kaputten Reihe",
  "is cut short": "abgeschnitten",
  "The stored word index cannot be used: {}.":
    "Das gespeicherte Verzeichnis der Wörter ist nicht zu gebrauchen: {}.",
  "it has another version": "es hat eine andere Version",
  "it belongs to another text": "es gehört zu einem anderen Text",
  "a passage is not in the text": "eine Stelle steht nicht im Text",
  "its terms are not in order": "seine Wörter sind nicht in Ordnung",
  "a list is cut short": "eine Liste ist abgeschnitten",
  "something follows it": "etwas steht dahinter",
  "its counts differ": "seine Zählungen stimmen nicht",
  "its counts overflow": "seine Zählungen sind zu groß",
  "a list is not in order": "eine Liste ist nicht in Ordnung",
  "a count is too large": "eine Zählung ist zu groß",
  "a list has another length": "eine Liste hat eine andere Länge",
  "a term is too long": "ein Wort ist zu lang",
  "a term is not UTF-8": "ein Wort ist kein UTF-8",
  "it is cut short": "es ist abgeschnitten",
  "a number is too large": "eine Zahl ist zu groß",

  "This engine has no network.": "Diese Maschine hat kein Netz.",
  '"{}" is no address of a server.': "„{}“ ist keine Adresse eines Servers.",
  "The server's address has a name or password in it. Give the key in its own field.":
    "In der Adresse des Servers steht ein Name oder ein Passwort. Trage den Schlüssel in seinem eigenen Feld ein.",
  "{} would get the passages unencrypted. Use https, or a server on this computer (localhost or 127.0.0.1).":
    "{} bekäme die Stellen unverschlüsselt. Nimm https, oder einen Server auf diesem Rechner (localhost oder 127.0.0.1).",
  '"{}" reads {} tokens at once; question and answer take {} of them and leave no room for passages.':
    "„{}“ liest {} Token auf einmal; Frage und Antwort brauchen {} davon und lassen keinen Platz für Stellen.",
  "{} broke off in the middle of its answer.": "{} hat mitten in der Antwort abgebrochen.",
  "{} did not answer in time.": "{} hat nicht rechtzeitig geantwortet.",
  "{} cannot be reached: it is not running, does not allow this page (CORS), or redirects elsewhere.":
    "{} ist nicht zu erreichen: Er läuft nicht, lässt diese Seite nicht zu (CORS) oder leitet woandershin um.",
  "{} refused ({}){}": "{} hat abgelehnt ({}){}",
  "{} {}.": "{} {}.",
  "no type": "ohne Typ",
  "answered with {} instead of a stream of events":
    "hat mit {} geantwortet statt mit einem Strom von Ereignissen",
  "does not end its answer": "beendet seine Antwort nicht",
  "sent a piece of its answer that is not JSON":
    "hat ein Stück der Antwort geschickt, das kein JSON ist",
  "sent a piece of its answer in an unknown form":
    "hat ein Stück der Antwort in unbekannter Form geschickt",
  "{} has no list of models at {}/models.": "{} hat keine Liste der Modelle unter {}/models.",
  "Choose a model of the server.": "Wähle ein Modell des Servers.",
  "The server's context is {} tokens; it must be a whole number from {} on.":
    "Der Kontext des Servers ist {} Token; er muss eine ganze Zahl ab {} sein.",
  "The server's key has characters that no key has.":
    "Im Schlüssel des Servers stehen Zeichen, die kein Schlüssel hat.",
};
