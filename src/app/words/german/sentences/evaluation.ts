// What is said of benchmark runs, their data and their results.
export const evaluation: Readonly<Record<string, string>> = {
  "Two books are called «{}». Rename one.": "Zwei Bücher heißen «{}». Benenne eines um.",
  "«{}» is none of the benchmark's files and no text file. Known names: {}.":
    "«{}» ist keine Datei der Aufgaben und keine Textdatei. Bekannt sind: {}.",
  "«{}» has {} bytes; data files may have {}. Choose another file.":
    "«{}» hat {} Byte; erlaubt sind {}. Wähle eine andere Datei.",
  "«{}» is not UTF-8 text. Choose another file.":
    "«{}» ist kein Text in UTF-8. Wähle eine andere Datei.",
  "«{}» has an empty name or more than {} names. Choose another file.":
    "«{}» hat einen leeren Namen oder mehr als {} Namen. Wähle eine andere Datei.",
  "Record {} of «{}» counts {} derivations and has {}. The file is damaged.":
    "Eintrag {} von «{}» zählt {} Ableitungen und hat {}. Die Datei ist beschädigt.",
  "«{}» has {} lines; 1 to {} are expected. Choose another file.":
    "«{}» hat {} Zeilen; erwartet sind 1 bis {}. Wähle eine andere Datei.",
  "«{}»{} is not JSON. The file is damaged.": "«{}»{} ist kein JSON. Die Datei ist beschädigt.",
  "«{}» has not the expected content{}: {}": "«{}» hat nicht den erwarteten Inhalt{}: {}",
  " (line {})": " (Zeile {})",
  "{}, line {}": "{}, Zeile {}",
  " at «{}»": " bei «{}»",
  "The settings of the run": "Die Einstellungen des Laufs",
  "The file of results": "Die Datei der Ergebnisse",
  "The settings of the run do not fit: {}": "Die Einstellungen des Laufs passen nicht zusammen: {}",
  "a task occurs twice.": "eine Aufgabe kommt zweimal vor.",
  "a language occurs twice.": "eine Sprache kommt zweimal vor.",
  "RULER's tasks and NeedleBench's are different suites.":
    "die Aufgaben von RULER und die von NeedleBench gehören nicht zusammen.",
  "RULER is English only.": "RULER gibt es nur auf Englisch.",
  "a value of {} occurs twice.": "ein Wert von {} kommt zweimal vor.",
  "more than {} prompts.": "mehr als {} Prompts.",
  "A {} run of {} has only {}. Choose one of these tasks, or a larger run.":
    "Ein Lauf «{}» von {} hat nur {}. Wähle eine dieser Aufgaben oder einen größeren Lauf.",
  "{} has no set «{}». Choose another set.": "{} hat keinen Satz «{}». Wähle einen anderen.",
  "{} is too large. Export fewer runs at once.":
    "{} ist zu groß. Gib weniger Läufe auf einmal aus.",
  "{} contradicts itself: {}. It cannot be compared.":
    "{} widerspricht sich: {}. Damit lässt sich nichts vergleichen.",
  "There is no text to measure with.": "Es gibt keinen Text zum Messen.",
  "Choose at least one attention engine.": "Wähle mindestens eine Art der Aufmerksamkeit.",
  "RULER gives the model the beginning of each answer: it is asked from the index alone.":
    "RULER gibt dem Modell den Anfang jeder Antwort: Es wird aus dem Index allein gefragt.",
  "This run came from a file: it can be looked at only.":
    "Dieser Lauf kam aus einer Datei: Er lässt sich nur ansehen.",
  "The run has no item {}.": "Der Lauf hat keine Aufgabe {}.",
  "The prompt cannot be shown: the texts or the tokenizer it was made from have changed.":
    "Der Prompt lässt sich nicht zeigen: Die Texte oder der Tokenizer sind nicht mehr dieselben.",
  "Another tab is working on this run.": "Ein anderer Tab arbeitet an diesem Lauf.",
  "Attention over {} tokens in one piece: the model was trained on {}.":
    "Aufmerksamkeit über {} Token in einem Stück: Das Modell wurde mit {} trainiert.",
  "The question takes {} tokens; this model leaves {} for question and answer.":
    "Die Frage braucht {} Token; dieses Modell lässt {} für Frage und Antwort.",
  "{} tokens need {}; the limit is {}.": "{} Token brauchen {}; die Grenze ist {}.",
  "{} MB": "{} MB",
  "{} MB in all, {} MB in one buffer": "{} MB im Ganzen, {} MB in einem Puffer",
  "The benchmark was stopped.": "Die Auswertung wurde angehalten.",
  "This run cannot go on, because {} changed since it was started. Load what it was started with, or start a new run.":
    "Dieser Lauf kann nicht weitergehen, denn seit dem Beginn ist anders: {}. Lade, womit er begonnen hat, oder beginne einen neuen Lauf.",
  "the plan or its data": "der Plan oder seine Daten",
  'There is no benchmark run "{}".': "Einen Lauf „{}“ gibt es nicht.",
  "A stored record of this benchmark run fails its check. Delete the run and start it again.":
    "Ein gespeicherter Teil dieses Laufs hat die Prüfung nicht bestanden. Lösche den Lauf und beginne neu.",
  "The list of names is too short for {} facts.":
    "Die Liste der Namen ist zu kurz für {} Tatsachen.",
  "{} tokens leave too little text around a prompt of {}, needles of {} and an answer of {} tokens.":
    "{} Token lassen zu wenig Text um einen Prompt von {}, Nadeln von {} und eine Antwort von {} Token.",
  "There is not enough text for {} tokens without repeating it. Add a longer text.":
    "Für {} Token reicht der Text nicht, ohne sich zu wiederholen. Füge einen längeren hinzu.",
  "Not even the shortest prompt fits into {} tokens.":
    "Nicht einmal der kürzeste Prompt passt in {} Token.",
  "There is not enough material for {} tokens.": "Für {} Token reicht der Stoff nicht.",
  "{} ({}) needs data that is not there. Load the benchmark's files or a text.":
    "{} ({}) braucht Daten, die nicht da sind. Lade die Dateien der Aufgaben oder einen Text.",
  "The text at {} cannot be reached.": "Der Text unter {} ist nicht zu erreichen.",
  "The text at {} answered {}.": "Der Text unter {} hat mit {} geantwortet.",
};
