// What is said of files that become documents, and of addresses they come from.
export const documents: Readonly<Record<string, string>> = {
  "Reading stopped: {}.": "Das Öffnen brach ab: {}.",
  "its script could not be loaded, or the memory was not enough":
    "das Programm dafür konnte nicht geladen werden, oder der Speicher reichte nicht",
  "Stopped by you.": "Von dir angehalten.",
  "{} answered {}.": "{} hat mit {} geantwortet.",
  "{} does not answer, or does not let other pages read it (CORS).":
    "{} antwortet nicht oder lässt sich von anderen Seiten nicht lesen (CORS).",
  "{} is over 200 MB.": "{} hat über 200 MB.",
  "“{}” is not the address of a web page.": "„{}“ ist keine Adresse einer Webseite.",
  "A document cannot be opened from “{}”. Give an address that begins with https://, or one of this site.":
    "Von „{}“ lässt sich kein Dokument öffnen. Nimm eine Adresse, die mit https:// beginnt, oder eine dieser Seite.",
  "{} cannot be reached, or its server does not let other sites read it (CORS).":
    "{} ist nicht zu erreichen, oder der Server lässt andere Seiten nicht lesen (CORS).",
  '"{}" holds more than {} files.': "„{}“ enthält mehr als {} Dateien.",
  '"{}" is protected with a password.': "„{}“ ist mit einem Passwort geschützt.",
  '"{}" is protected with a password. Save a copy without one, then add that.':
    "„{}“ ist mit einem Passwort geschützt. Speichere eine Kopie ohne Passwort und füge die hinzu.",
  '"{}" is protected with a password. Save a copy without one in a PDF program, then add that.':
    "„{}“ ist mit einem Passwort geschützt. Speichere in einem PDF-Programm eine Kopie ohne Passwort und füge die hinzu.",
  '"{}" is protected by its seller (DRM) and can only be opened in the seller\'s reader.':
    "„{}“ ist vom Verkäufer geschützt (DRM) und lässt sich nur in dessen Leseprogramm öffnen.",
  '"{}" unpacks to far more than a document can be ({} MB at most). It was not read.':
    "„{}“ ist entpackt weit größer, als ein Dokument sein kann (höchstens {} MB). Es wurde nicht gelesen.",
  '"{}" is truncated: the end of its container is missing. Fetch or copy it again.':
    "„{}“ ist abgeschnitten: Das Ende der Datei fehlt. Hole oder kopiere sie noch einmal.",
  '"{}" is damaged: its container cannot be unpacked ({}).':
    "„{}“ ist beschädigt: Es lässt sich nicht entpacken ({}).",
  '"{}" holds binary data, not text.': "„{}“ enthält Binärdaten, keinen Text.",
  '"{}" is not a sound EPUB: {}.': "„{}“ ist kein heiles EPUB: {}.",
  "it lists no chapters": "es nennt keine Kapitel",
  "its chapters are missing or damaged ({})": "seine Kapitel fehlen oder sind beschädigt ({})",
  "its part {} is missing": "sein Teil {} fehlt",
  "its container names no book": "es nennt kein Buch",
  "its part {} is missing or damaged": "sein Teil {} fehlt oder ist beschädigt",
  '"{}" is not a sound Word document: its text is missing.':
    "„{}“ ist kein heiles Word-Dokument: Der Text fehlt.",
  '"{}" is damaged: it does not begin like a {} file.':
    "„{}“ ist beschädigt: Es beginnt nicht wie eine {}-Datei.",
  '"{}" is {}. {}': "„{}“ ist {}. {}",
  '"{}" is {}.': "„{}“ ist {}.",
  "a rich text file (RTF)": "eine RTF-Datei",
  "a spreadsheet": "eine Tabelle",
  "a presentation": "eine Präsentation",
  "a picture (PNG)": "ein Bild (PNG)",
  "a picture (JPEG)": "ein Bild (JPEG)",
  "a picture (GIF)": "ein Bild (GIF)",
  "a picture (BMP)": "ein Bild (BMP)",
  "a picture (TIFF)": "ein Bild (TIFF)",
  "a picture, sound or film (RIFF)": "ein Bild, Ton oder Film (RIFF)",
  "a sound file (MP3)": "eine Tondatei (MP3)",
  "a sound file (Ogg)": "eine Tondatei (Ogg)",
  "a packed file (gzip)": "eine gepackte Datei (gzip)",
  "a packed file (bzip2)": "eine gepackte Datei (bzip2)",
  "a packed file (xz)": "eine gepackte Datei (xz)",
  "a packed file (zstd)": "eine gepackte Datei (zstd)",
  "an archive (7z)": "ein Archiv (7z)",
  "an archive (RAR)": "ein Archiv (RAR)",
  "a program": "ein Programm",
  "a database": "eine Datenbank",
  "a help file (CHM)": "eine Hilfedatei (CHM)",
  "a language model (GGUF)": "ein Sprachmodell (GGUF)",
  "a language model (safetensors)": "ein Sprachmodell (safetensors)",
  "a document of this library (.ltri)": "ein Dokument einer Bibliothek von Inkspan (.ltri)",
  "a Kindle book": "ein Kindle-Buch",
  "Run text recognition (OCR) over it, then add the result.":
    "Lass eine Texterkennung (OCR) darüber laufen und füge das Ergebnis hinzu.",
  "Export its tables as CSV.": "Gib die Tabellen als CSV aus.",
  "Save it as HTML.": "Speichere sie als HTML.",
  "Open it as a model.": "Öffne es als Modell.",
  "Give it the extension .ltri.": "Gib ihm die Endung .ltri.",
  "Convert it to EPUB.": "Wandle es in EPUB um.",
  "{} that could not be read were left out: {}{}.":
    "{}, die nicht zu lesen waren, wurden ausgelassen: {}{}.",
  "Parts of the document": "Teile des Dokuments",
  "Chapters of the book": "Kapitel des Buches",
  "Damaged pages": "Beschädigte Seiten",
  " and {} more": " und {} weitere",
  "an OpenDocument file": "eine OpenDocument-Datei",
  "an archive of other files": "ein Archiv anderer Dateien",
  "a file of an old Office version": "eine Datei einer alten Office-Version",
  "Save it as .docx or plain text.": "Speichere sie als .docx oder als reinen Text.",
  "Save the sheet as CSV.": "Speichere die Tabelle als CSV.",
  "Save it as PDF.": "Speichere sie als PDF.",
  "Save it as .docx or PDF.": "Speichere sie als .docx oder PDF.",
  "Unpack it and add its documents.": "Entpacke es und füge die Dokumente daraus hinzu.",
  '"{}" is empty.': "„{}“ ist leer.",
  '"{}" has no text. Choose another file.': "„{}“ hat keinen Text. Wähle eine andere Datei.",
  '"{}" is larger than 64 MB. Add it in parts.':
    "„{}“ ist größer als 64 MB. Füge es in Teilen hinzu.",
  '"{}" is larger than 1 GB. Split it, and add the parts.':
    "„{}“ ist größer als 1 GB. Teile es und füge die Teile hinzu.",
  '"{}" says that it has {} pages.': "„{}“ gibt an, {} Seiten zu haben.",
  '"{}" is damaged: {} of its {} pages cannot be read, and the others have no text.':
    "„{}“ ist beschädigt: {} von {} Seiten lassen sich nicht lesen, und die anderen haben keinen Text.",
  "1 page": "1 Seite",
  "{} pages": "{} Seiten",
  '"{}" has {} and no text: it is probably a scan. Run text recognition (OCR) over it, then add the result.':
    "„{}“ hat {} und keinen Text; vermutlich ist es ein Scan. Lass eine Texterkennung (OCR) darüber laufen und füge das Ergebnis hinzu.",
  '"{}" is damaged or not a PDF ({}).': "„{}“ ist beschädigt oder kein PDF ({}).",
  '"{}" is truncated or damaged: the end of a PDF is missing. Fetch or copy it again.':
    "„{}“ ist abgeschnitten oder beschädigt: Das Ende des PDF fehlt. Hole oder kopiere es noch einmal.",
  "The file holds more than {} million characters. Add it in parts.":
    "Die Datei enthält mehr als {} Millionen Zeichen. Füge sie in Teilen hinzu.",
  "A part that only lists others has more than {} million characters.":
    "Ein Teil, der nur andere aufzählt, hat mehr als {} Millionen Zeichen.",
  'The pages or chapters of "{}" are not in order.':
    "Die Seiten oder Kapitel von „{}“ sind nicht in Ordnung.",
  "The file did not send its beginning within {} seconds.":
    "Der Anfang der Datei kam nicht innerhalb von {} Sekunden.",
  "The file could not be read on {}.": "Die Datei ließ sich {} nicht weiterlesen.",
  "after {} bytes": "nach {} Byte",
  "The import was cancelled.": "Das Hinzufügen wurde angehalten.",
  "The export was cancelled.": "Das Ausgeben wurde angehalten.",
  "The transfer was cancelled.": "Die Übertragung wurde angehalten.",
  "The document file cannot be used: {}.": "Die Dokumentdatei ist nicht zu gebrauchen: {}.",
  "The document file is damaged: its {} fails the checksum. Fetch or copy the file again.":
    "Die Dokumentdatei ist beschädigt (Prüfsumme: {}). Hole oder kopiere sie noch einmal.",
  "The document file was written by another version of Inkspan. Export it again with this one, or add the text itself.":
    "Die Dokumentdatei stammt von einer anderen Version von Inkspan. Gib sie mit dieser neu aus, oder füge den Text selbst hinzu.",
  "it is not an Inkspan document file": "sie ist keine Dokumentdatei von Inkspan",
  "its header is larger than any document needs":
    "ihr Kopf ist größer, als irgendein Dokument ihn braucht",
  "its sizes overflow": "ihre Größenangaben sind zu groß",
  "its header is not JSON": "ihr Kopf ist kein JSON",
  "its header is not valid ({}: {})": "ihr Kopf ist nicht gültig ({}: {})",
  "its fingerprint cannot be read": "ihr Fingerabdruck ist nicht zu lesen",
  "its checkpoint is cut into other parts": "ihr Stand ist in andere Teile geschnitten",
  "the sizes of its heads and vectors disagree":
    "die Größen der Köpfe und Vektoren widersprechen sich",
  "{} layers of {} bytes a token are more than any model has":
    "{} Schichten mit {} Byte je Token sind mehr, als ein Modell hat",
  "its text is cut into other parts": "ihr Text ist in andere Teile geschnitten",
  "its text has another length": "ihr Text hat eine andere Länge",
  "it has another token count": "sie hat eine andere Zahl von Token",
  "it has too many sections": "sie hat zu viele Abschnitte",
  "it lists other layers": "sie nennt andere Schichten",
  "the parts of a layer have impossible sizes": "die Teile einer Schicht haben unmögliche Größen",
  "a layer counts other spans than it has": "eine Schicht zählt andere Abschnitte, als sie hat",
  "its KV has another size than its spans": "Schlüssel und Werte passen nicht zu den Abschnitten",
  "it ends after {} bytes, in the middle": "sie endet nach {} Byte mittendrin",
  "it goes on behind its end": "sie geht hinter ihrem Ende weiter",
  "an extent is cut short": "ein Stück ist abgeschnitten",
  "an extent is not where it should be": "ein Stück liegt nicht, wo es soll",
  "its padding is not empty": "ihre Füllbytes sind nicht leer",
  "its checkpoint does not fit its index": "ihr Stand passt nicht zum Index",
  "it lacks extents": "es fehlen Stücke",
  "its extent table is wrong": "das Verzeichnis der Stücke stimmt nicht",
  "its {} are not all numbers": "nicht alles sind Zahlen ({})",
  "index vectors": "Indexvektoren",
  "keys and values": "Schlüssel und Werte",
  "its token columns are cut short": "die Token sind abgeschnitten",
  "its token ids are no ids": "die Nummern der Token sind keine",
  "its text is not UTF-8": "ihr Text ist kein UTF-8",
  "its token starts are not in order": "die Anfänge der Token sind nicht in Ordnung",
  "its tokens stand at one place": "ihre Token stehen alle an einer Stelle",
  "its tokens are not those of its text": "ihre Token sind nicht die ihres Textes",
  "its checkpoint stands at another token than its end":
    "ihr Stand liegt nicht am Ende des Dokuments",
  "its checkpoint counts other spans": "ihr Stand zählt andere Abschnitte",
  "its first keys and values are not all numbers":
    "die ersten Schlüssel und Werte sind nicht alle Zahlen",
  "its checkpoint has another size": "ihr Stand hat eine andere Größe",
  "its first keys and values are missing": "die ersten Schlüssel und Werte fehlen",
  "its checkpoint cannot be read": "ihr Stand ist nicht zu lesen",
  "its state is not that of its tokens": "ihr Zustand gehört nicht zu ihren Token",
  "its checkpoint has other layers": "ihr Stand hat andere Schichten",
};
