// What is said of the files of models, of fetching and of keeping them.
export const models: Readonly<Record<string, string>> = {
  "Loading the model was cancelled.": "Das Laden des Modells wurde angehalten.",
  'There is no model "{}". Choose one from the list.':
    "Ein Modell „{}“ gibt es nicht. Wähle eines aus der Liste.",
  'There is no model "{}" here. Choose one from the list.':
    "Ein Modell „{}“ gibt es hier nicht. Wähle eines aus der Liste.",
  "The model at {} cannot be reached.": "Das Modell unter {} ist nicht zu erreichen.",
  "The model at {} answered {}.": "Das Modell unter {} hat mit {} geantwortet.",
  "The model's file is in use in another tab. Close it there and try again.":
    "Die Datei des Modells wird in einem anderen Tab benutzt. Schließe sie dort und versuche es noch einmal.",
  "There is no model beside this page.": "Neben dieser Seite liegt kein Modell.",
  "The model beside this page": "Das Modell neben dieser Seite",
  "The description of the model beside this page is damaged. Build the page again.":
    "Die Beschreibung des Modells neben dieser Seite ist beschädigt. Baue die Seite neu.",
  "{}: cancelled": "{}: angehalten",
  "{}: the kept file is damaged, so it is not used. Repair it in the list of models.":
    "{}: Die Datei hier ist beschädigt und wird nicht benutzt. Repariere sie in der Liste der Modelle.",
  "{}: the kept file has not the expected size, so it is not used. Repair it in the list of models.":
    "{}: Die Datei hier hat nicht die erwartete Größe und wird nicht benutzt. Repariere sie in der Liste der Modelle.",
  "{}: the kept file is damaged and could not be repaired: {}. Delete it and download it again.":
    "{}: Die Datei hier ist beschädigt und ließ sich nicht reparieren: {}. Lösche sie und lade sie neu herunter.",
  "the server gives only whole files": "der Server gibt nur ganze Dateien",
  "the server now has other bytes": "der Server hat jetzt andere Bytes",
  "the damaged part could not be fetched ({})": "das beschädigte Stück ließ sich nicht holen ({})",
  "the server sent too few bytes": "der Server hat zu wenig geschickt",
  "{}: the browser's storage is full. What has arrived is kept; delete a model or a document, then go on with the download.":
    "{}: Der Speicher des Browsers ist voll. Was angekommen ist, bleibt; lösche ein Modell oder ein Dokument, dann lade weiter.",
  "{} Write owner/repository/file.gguf, owner/repository, or an address that starts with https.":
    "{} Schreibe owner/repository/datei.gguf, owner/repository oder eine Adresse, die mit https beginnt.",
  "{}: what arrived has the SHA-256 {}…, and {}… is expected. It is not used; download it again, or delete it.":
    "{}: Was ankam, hat den SHA-256 {}…, und {}… ist erwartet. Es wird nicht benutzt; lade es neu herunter, oder lösche es.",
  "Another tab is downloading or checking this model. When it is done there, the model can be loaded here as well.":
    "Ein anderer Tab lädt oder prüft dieses Modell. Wenn er fertig ist, lässt es sich auch hier laden.",
  'The model "{}" is not kept on this device.': "Das Modell „{}“ liegt nicht auf diesem Gerät.",
  "No file was chosen.": "Es wurde keine Datei gewählt.",
  "This model is already being fetched.": "Dieses Modell wird schon geholt.",
  "This browser gives the page no place to keep a model (a private window, or a page that is not on https). Load it without keeping it.":
    "Dieser Browser gibt der Seite keinen Platz für ein Modell (ein privates Fenster, oder eine Seite ohne https). Lade es, ohne es aufzubewahren.",
  "{}: this server does not serve parts of files, and this browser cannot keep a model. Download the file and open it from disk.":
    "{}: Dieser Server gibt keine Teile von Dateien, und dieser Browser kann kein Modell aufbewahren. Lade die Datei herunter und öffne sie vom Rechner.",
  "{}: this server does not serve parts of files (HTTP ranges). Download the file and open it from disk.":
    "{}: Dieser Server gibt keine Teile von Dateien (HTTP-Bereiche). Lade die Datei herunter und öffne sie vom Rechner.",
  "{}: the server has no such file ({}). Check the address and the revision.":
    "{}: Der Server hat keine solche Datei ({}). Prüfe Adresse und Revision.",
  "{}: {}": "{}: {}",
  "the hub": "der Hub",
  "the connection ended early. What has arrived is kept.":
    "Die Verbindung endete zu früh. Was angekommen ist, bleibt.",
  "the connection was lost. What has arrived is kept.":
    "Die Verbindung riss ab. Was angekommen ist, bleibt.",
  "the file on the server is empty.": "Die Datei auf dem Server ist leer.",
  "{} cannot be reached, or does not allow this page to read the file. Check the address and the connection.":
    "{} ist nicht zu erreichen oder lässt diese Seite die Datei nicht lesen. Prüfe Adresse und Verbindung.",
  "the server refused access ({}). Accept the model's terms on its page, and give an access token.":
    "Der Server verweigert den Zugang ({}). Nimm die Bedingungen des Modells auf seiner Seite an und gib einen Zugangsschlüssel an.",
  "the server answered {}. Try again later.":
    "Der Server hat mit {} geantwortet. Versuche es später noch einmal.",
  "its list of files cannot be understood.": "Die Liste der Dateien ist nicht zu verstehen.",
  "a part does not begin at a multiple of {} bytes.":
    "Ein Teil beginnt nicht bei einem Vielfachen von {} Byte.",
  "{}: the download was stopped.": "{}: Das Herunterladen wurde angehalten.",
  "{} and {} more": "{} und {} weitere",
  "{} has no file {}. It has: {}.": "{} hat keine Datei {}. Vorhanden sind: {}.",
  "{} holds several models. Add the name of one file to the address: {}.":
    "{} enthält mehrere Modelle. Hänge den Namen einer Datei an die Adresse: {}.",
  "{} holds no .gguf and no model.safetensors file.":
    "{} enthält weder eine .gguf-Datei noch model.safetensors.",
  "{}: at most {} parts are supported.": "{}: Höchstens {} Teile gehen.",
  '"{}" is not a revision. Give a branch, a tag or a commit.':
    "„{}“ ist keine Revision. Gib einen Zweig, ein Tag oder einen Commit an.",
  '"{}" is not an address.': "„{}“ ist keine Adresse.",
  "The address contains a password. Use the field for the access token instead.":
    "In der Adresse steht ein Passwort. Nimm dafür das Feld für den Zugangsschlüssel.",
  "{}//{} is not accepted: models are fetched by https, and by http only from this computer (localhost).":
    "{}//{} geht nicht: Modelle werden über https geholt, über http nur von diesem Rechner (localhost).",
  '"{}" is not a model address.': "„{}“ ist keine Adresse eines Modells.",
  "{}: the server cannot be reached or does not allow this page to read the file. Check the address and the connection.":
    "{}: Der Server ist nicht zu erreichen oder lässt diese Seite die Datei nicht lesen. Prüfe Adresse und Verbindung.",
  "{}: the server answered {}. Check the address and, for a gated file, the access token.":
    "{}: Der Server hat mit {} geantwortet. Prüfe die Adresse und bei einer geschützten Datei den Zugangsschlüssel.",
  "{}: the server answered {} for bytes {} to {}. Try again.":
    "{}: Der Server hat mit {} auf die Bytes {} bis {} geantwortet. Versuche es noch einmal.",
  "{}: the file changed or was cut off while it was being read. Open it again.":
    "{}: Die Datei wurde während des Lesens geändert oder abgeschnitten. Öffne sie neu.",
  "{}: bytes {} to {} lie outside the file of {} bytes. The file is truncated or damaged; fetch it again.":
    "{}: Die Bytes {} bis {} liegen außerhalb der Datei von {} Byte. Sie ist abgeschnitten oder beschädigt; hole sie neu.",

  "No model file was given. An adapter is opened together with its model.":
    "Es wurde keine Modelldatei gegeben. Ein Adapter wird zusammen mit seinem Modell geöffnet.",
  "{}: a model takes one adapter at a time.": "{}: Ein Modell nimmt einen Adapter auf einmal.",
  "{}: this is only the description of a model. Open its weights with it, a file that ends in .safetensors or .gguf.":
    "{}: Das ist nur die Beschreibung eines Modells. Öffne die Gewichte dazu, eine Datei mit der Endung .safetensors oder .gguf.",
  "{}: this is a pickled PyTorch checkpoint. Pickles can run programs, so they are not opened. Choose a file of the model that ends in .safetensors or .gguf.":
    "{}: Das ist ein PyTorch-Checkpoint als Pickle. Pickles können Programme ausführen und werden darum nicht geöffnet. Wähle eine Datei des Modells mit der Endung .safetensors oder .gguf.",
  "{}: each of these files is a model of its own. Choose one.":
    "{}: Jede dieser Dateien ist ein eigenes Modell. Wähle eine.",
  "{}: the model has {} parts, {} were opened. Open all parts together.":
    "{}: Das Modell hat {} Teile, {} wurden geöffnet. Öffne alle Teile zusammen.",
  "{}: it is part {} of {}, which does not fit the other parts.":
    "{}: Das ist Teil {} von {} und passt nicht zu den anderen.",
  "{}: the tensor {} is also in another part.":
    "{}: Der Tensor {} steht auch in einem anderen Teil.",
  "{}: the tensor {} is also in another file of the model.":
    "{}: Der Tensor {} steht auch in einer anderen Datei des Modells.",
  "{}: the parts hold {} tensors, {} were announced.":
    "{}: Die Teile enthalten {} Tensoren, angekündigt waren {}.",
  "{}: {} bytes are too many for a description file; at most {} are read.":
    "{}: {} Byte sind zu viel für eine Beschreibung; höchstens {} werden gelesen.",
  "{}: this is not JSON. The file is damaged.": "{}: Das ist kein JSON. Die Datei ist beschädigt.",
  "{}: a model of safetensors also needs its {}. Open all files of the model together.":
    "{}: Zu einem Modell aus safetensors gehört auch {}. Öffne alle Dateien des Modells zusammen.",
  "{}: the tensor {} is missing; it belongs to {}. Open all files of the model together.":
    "{}: Der Tensor {} fehlt; er gehört zu {}. Öffne alle Dateien des Modells zusammen.",
  "{}: the tensor «token_embd.weight» is missing. This is no complete language model, or another part of it has not been opened.":
    "{}: Der Tensor «token_embd.weight» fehlt. Das ist kein ganzes Sprachmodell, oder ein anderer Teil wurde nicht geöffnet.",
  "{}: the tensor {} is missing. The file is incomplete, or another part of it has not been opened.":
    "{}: Der Tensor {} fehlt. Die Datei ist unvollständig, oder ein anderer Teil wurde nicht geöffnet.",
  "{}: the tensor {} has the shape {} × {}, the configuration asks for {} × {}.":
    "{}: Der Tensor {} hat die Form {} × {}, verlangt ist {} × {}.",
  "{}: the tensor {} belongs to no part of a {} model that is supported; its results would be wrong without it.":
    "{}: Der Tensor {} gehört zu keinem unterstützten Teil eines {}-Modells; ohne ihn wären die Ergebnisse falsch.",
  "{}: row {} of the tensor {} holds a number that is not finite. The file is damaged; fetch it again.":
    "{}: In Reihe {} des Tensors {} steht eine Zahl, die keine ist. Die Datei ist beschädigt; hole sie neu.",
  "{}: the architecture {} is not supported. Supported: {}.":
    "{}: Die Bauart {} wird nicht unterstützt. Unterstützt werden: {}.",
  "{}: models with experts (mixture of experts) are not supported. Choose a dense model.":
    "{}: Modelle mit Experten (mixture of experts) werden nicht unterstützt. Wähle ein dichtes Modell.",
  "{}: keys of {} and values of {} dimensions differ, which is not supported.":
    "{}: Schlüssel mit {} und Werte mit {} Dimensionen sind verschieden, was nicht unterstützt wird.",
  "{}: the rotary scaling {} is not supported without factor tensors. Supported: none, linear, yarn, factor tensors.":
    "{}: Die Drehungs-Streckung {} wird ohne Tensoren mit Faktoren nicht unterstützt. Unterstützt werden: none, linear, yarn, Tensoren mit Faktoren.",
  "{}: GGUF {} is not supported; versions 2 and 3 in little-endian order are.":
    "{}: GGUF {} wird nicht unterstützt, nur die Versionen 2 und 3 in Little-Endian-Folge.",
  "in big-endian byte order": "in Big-Endian-Folge",
  "version {}": "der Version {}",
  "type {}": "Art {}",
  "{} at {}": "{} bei {}",
  "{}: the tensor {} is stored as {}, which is not supported. Supported: {}.":
    "{}: Der Tensor {} ist als {} gespeichert, was nicht unterstützt wird. Unterstützt werden: {}.",
  "{}: the tensor {} is stored as {}, which is not supported in safetensors. Supported: {}.":
    "{}: Der Tensor {} ist als {} gespeichert, was in safetensors nicht unterstützt wird. Unterstützt werden: {}.",
  "{}: {} differs between layers, which is not supported. Choose a model whose layers have one shape.":
    "{}: {} ist von Schicht zu Schicht anders, was nicht unterstützt wird. Wähle ein Modell mit gleichen Schichten.",
  "{}: the metadata key {} {}. The file is incomplete or damaged.":
    "{}: Die Angabe {} {}. Die Datei ist unvollständig oder beschädigt.",
  "is not {}": "ist nicht: {}",
  "true or false": "wahr oder falsch",
  "a number": "eine Zahl",
  "a text": "ein Text",
  "a list of texts": "eine Liste von Texten",
  "a list of numbers": "eine Liste von Zahlen",
  "{}: {}. This is no intact GGUF file; fetch it again or choose another.":
    "{}: {}. Das ist keine heile GGUF-Datei; hole sie neu, oder wähle eine andere.",
  "{}: {}. This is no intact safetensors file; fetch it again or choose another.":
    "{}: {}. Das ist keine heile safetensors-Datei; hole sie neu, oder wähle eine andere.",
  "{}: {}. The description is damaged.": "{}: {}. Die Beschreibung ist beschädigt.",
  "{}: {} is not supported.": "{}: Nicht unterstützt wird {}.",
  "{}: {}. The description of the model does not make sense; the file is damaged.":
    "{}: {}. Die Beschreibung des Modells ergibt keinen Sinn; die Datei ist beschädigt.",
  "metadata entries": "Angaben",
  "values in {}": "Werte in {}",
  "the file ends inside its header; it is truncated":
    "die Datei endet in ihrem Kopf; sie ist abgeschnitten",
  "the header is larger than {} bytes": "der Kopf ist größer als {} Byte",
  "{} bytes are too short for a GGUF file; it is empty or truncated":
    "{} Byte sind zu wenig für eine GGUF-Datei; sie ist leer oder abgeschnitten",
  "it does not start with the mark «GGUF»": "sie beginnt nicht mit dem Zeichen «GGUF»",
  "the metadata key {} appears twice": "die Angabe {} kommt zweimal vor",
  "the metadata key {} holds arrays of arrays": "die Angabe {} enthält Listen von Listen",
  "the metadata key {} has the unknown type {}": "die Angabe {} hat die unbekannte Art {}",
  "the tensor {} appears twice": "der Tensor {} kommt zweimal vor",
  "the tensor {} has {} dimensions": "der Tensor {} hat {} Dimensionen",
  "the tensor {} is empty": "der Tensor {} ist leer",
  "the tensors {} and {} overlap": "die Tensoren {} und {} überschneiden sich",
  "general.alignment is {}": "general.alignment ist {}",
  "{} has rows of {}, not a multiple of {} as {} needs":
    "{} hat Reihen von {}, kein Vielfaches von {}, wie {} es braucht",
  "{} starts at {}, not a multiple of {}": "{} beginnt bei {}, keinem Vielfachen von {}",
  "{} ends at byte {}, the file has only {}; it is truncated or damaged":
    "{} endet bei Byte {}, die Datei hat nur {}; sie ist abgeschnitten oder beschädigt",
  "a length or offset of {} is impossible": "eine Länge oder Lage von {} ist unmöglich",
  "it claims {} {}, more than the limit of {}": "sie nennt {} {}, mehr als die Grenze von {}",
  "it claims {} {}, more than the file holds; it is truncated or damaged":
    "sie nennt {} {}, mehr als in ihr stehen; sie ist abgeschnitten oder beschädigt",
  "a text of {} bytes does not fit into the header": "ein Text von {} Byte passt nicht in den Kopf",
  "{} bytes are too short; the file is empty or truncated":
    "{} Byte sind zu wenig; die Datei ist leer oder abgeschnitten",
  "a header of {} bytes is above the limit of {}":
    "ein Kopf von {} Byte ist über der Grenze von {}",
  "the file ends inside its header of {} bytes; it is truncated":
    "die Datei endet in ihrem Kopf von {} Byte; sie ist abgeschnitten",
  "the header is not JSON": "der Kopf ist kein JSON",
  "the header is not a JSON object": "der Kopf ist kein JSON-Objekt",
  "it lists {} tensors": "sie zählt {} Tensoren auf",
  "the entry of the tensor {} is malformed": "der Eintrag des Tensors {} ist fehlerhaft",
  "the tensor {} has {} bytes, its shape needs {}":
    "der Tensor {} hat {} Byte, seine Form braucht {}",
  "the tensor {} ends at byte {}, the file has only {}; it is truncated":
    "der Tensor {} endet bei Byte {}, die Datei hat nur {}; sie ist abgeschnitten",
  "{}: config.json is not a model description ({}: {}).":
    "{}: config.json beschreibt kein Modell ({}: {}).",
  "{}: config.json is not the description of a Rodimus model ({}: {}).":
    "{}: config.json beschreibt kein Rodimus-Modell ({}: {}).",
  "the whole file": "die ganze Datei",
  "{}: the model type {} is not supported. Supported: {}.":
    "{}: Die Modellart {} wird nicht unterstützt. Unterstützt werden: {}.",
  "{}: the activation {} is not supported for {}.":
    "{}: Die Aktivierung {} wird für {} nicht unterstützt.",
  "{}: the rotary scaling {} of layers with a sliding window is not supported. Supported: default.":
    "{}: Die Drehungs-Streckung {} von Schichten mit gleitendem Fenster wird nicht unterstützt. Unterstützt wird: default.",
  '{}: YaRN without rounded bounds ("truncate": false) is not supported.':
    "{}: YaRN ohne gerundete Grenzen („truncate“: false) wird nicht unterstützt.",
  "{}: the rotary scaling {} is not supported. Supported: linear, llama3, yarn, longrope.":
    "{}: Die Drehungs-Streckung {} wird nicht unterstützt. Unterstützt werden: linear, llama3, yarn, longrope.",
  "{}: {} rotary dimensions of {} are not supported. Supported: multiples of {}.":
    "{}: {} gedrehte Dimensionen von {} werden nicht unterstützt. Unterstützt werden Vielfache von {}.",
  "epsilon of the norms": "Epsilon der Normen",
  "rotary base": "Grundzahl der Drehung",
  "local rotary base": "örtliche Grundzahl der Drehung",
  "attention scale": "Maßstab der Aufmerksamkeit",
  "cap of the attention scores": "Deckel der Aufmerksamkeit",
  "cap of the logits": "Deckel der Logits",
  "the {} is {}": "{} ist {}",
  "{} heads cannot share {} key/value heads":
    "{} Köpfe können sich {} Schlüssel-Wert-Köpfe nicht teilen",
  "the head size {} is not a multiple of 4": "die Kopfgröße {} ist kein Vielfaches von 4",
  "the feed-forward width {} is not a multiple of 4":
    "die Breite {} des Feed-forward-Teils ist kein Vielfaches von 4",
  "the width {} is not a multiple of 4": "die Breite {} ist kein Vielfaches von 4",
  "the rank of the input gate is {}": "der Rang des Eingangstors ist {}",
  "{} heads in a width of {}": "{} Köpfe in einer Breite von {}",
  "the numbers of key and value heads are not stated":
    "die Zahlen der Schlüssel- und Wertköpfe sind nicht angegeben",
  "{} rotary dimensions in heads of {}": "{} gedrehte Dimensionen in Köpfen von {}",
  "{} rotary dimensions do not fit into heads of {}":
    "{} gedrehte Dimensionen passen nicht in Köpfe von {}",
  "the epsilon of the norms is {}": "das Epsilon der Normen ist {}",
  "the rotary base is not above 1": "die Grundzahl der Drehung ist nicht über 1",
  "the sliding window is {}": "das gleitende Fenster ist {}",
  "the list of layer types does not have {} entries":
    "die Liste der Schichtarten hat nicht {} Einträge",
  "the head weights are not {} × {} numbers from 0 to 1":
    "die Gewichte der Köpfe sind nicht {} × {} Zahlen von 0 bis 1",
  "the rotary frequencies are not finite": "die Frequenzen der Drehung sind nicht endlich",
  "there are {} rotary factors for {} dimensions":
    "es gibt {} Faktoren der Drehung für {} Dimensionen",
  "a rotary factor is not a positive number": "ein Faktor der Drehung ist keine positive Zahl",
  "the rotary scaling has {} {}": "die Streckung der Drehung hat {} {}",
  "{}: adapters of the type {} that act on every token are needed; only plain LoRA is supported.":
    "{}: Adapter der Art {} werden nicht unterstützt, nur einfaches LoRA, das auf jedes Token wirkt.",
  "{}: adapters of recurrent models are not supported, and {} is one. Open the model without it.":
    "{}: Adapter rekurrenter Modelle werden nicht unterstützt, und {} ist eines. Öffne das Modell ohne ihn.",
  "{}: this adapter changes {} models; {} is a {} model. Open it with the model that it was trained for.":
    "{}: Dieser Adapter ändert {}-Modelle; {} ist ein {}-Modell. Öffne ihn mit dem Modell, für das er trainiert wurde.",
  "{}: adapter.lora.alpha is {}.": "{}: adapter.lora.alpha ist {}.",
  "{}: {} is missing. The adapter is incomplete.": "{}: {} fehlt. Der Adapter ist unvollständig.",
  "{}: {} has the shape {} × {}; {} asks for {} × {} with a rank of at most {}. The adapter was made for another model.":
    "{}: {} hat die Form {} × {}; {} verlangt {} × {} bei einem Rang von höchstens {}. Der Adapter ist für ein anderes Modell.",
  "{}: the tensor {} changes no matrix of {}; its results would be wrong without it.":
    "{}: Der Tensor {} ändert keine Matrix von {}; ohne ihn wären die Ergebnisse falsch.",
  "{}: the adapter holds no matrices.": "{}: Der Adapter enthält keine Matrizen.",
  "{}: {} is not a short F32 vector.": "{}: {} ist kein kurzer F32-Vektor.",
  "{}: tokenizer_config.json is malformed ({}).": "{}: tokenizer_config.json ist fehlerhaft ({}).",
  "{}: tokenizer.json is malformed ({}: {}).": "{}: tokenizer.json ist fehlerhaft ({}: {}).",
  "{}: the tokenizer model {} is not supported. Supported: BPE.":
    "{}: Der Tokenizer {} wird nicht unterstützt. Unterstützt wird: BPE.",
  "{}: the vocabulary has the id {}, the embedding only {} rows.":
    "{}: Das Vokabular hat die Nummer {}, die Einbettung nur {} Reihen.",
  "{}: the vocabulary has {} tokens, the embedding {} rows. The file is inconsistent.":
    "{}: Das Vokabular hat {} Token, die Einbettung {} Reihen. Die Datei widerspricht sich.",
  "{}: the vocabulary has {} tokens and {} token {}.":
    "{}: Das Vokabular hat {} Token und {} Einträge in {}.",
  "{}: the {} token {} is not in the vocabulary of {}.":
    "{}: Das Token {} ({}) ist nicht im Vokabular von {}.",
  "{}: the tokenizer has no scores.": "{}: Der Tokenizer hat keine Bewertungen.",
  "{}: the tokenizer {} is not supported. Supported: gpt2 (byte-level BPE), llama (SentencePiece-style BPE).":
    "{}: Der Tokenizer {} wird nicht unterstützt. Unterstützt werden: gpt2 (BPE über Bytes), llama (BPE nach Art von SentencePiece).",
  "{}: the pre-tokenizer {} is not supported. Supported: {}.":
    "{}: Der Vorzerleger {} wird nicht unterstützt. Unterstützt werden: {}.",
  "the block type {}": "die Blockart {}",
  "a state of {} rows (not a multiple of {})": "ein Zustand von {} Reihen (kein Vielfaches von {})",
  "a convolution of {} taps": "eine Faltung mit {} Stützen",
  "an input gate of rank {} (not a multiple of 4)":
    "ein Eingangstor vom Rang {} (kein Vielfaches von 4)",
  "a head size of {} (not a multiple of 4)": "eine Kopfgröße von {} (kein Vielfaches von 4)",
  "attention with {} key heads": "Aufmerksamkeit mit {} Schlüsselköpfen",
  "attention with {} value heads for {} query heads":
    "Aufmerksamkeit mit {} Wertköpfen für {} Fragenköpfe",
  "an attention scale of its own (softmax_scale)":
    "ein eigener Maßstab der Aufmerksamkeit (softmax_scale)",
  "a rotary embedding with scale (rotary_emb_scale_base)":
    "eine Drehung mit Maßstab (rotary_emb_scale_base)",
  "a rotary embedding of {} dimensions": "eine Drehung von {} Dimensionen",

  "tokenizer.json: the added token {} has {} characters; at most {} are supported.":
    "tokenizer.json: Das zusätzliche Token {} hat {} Zeichen; höchstens {} gehen.",
  "tokenizer.json: a part cannot be read ({}).":
    "tokenizer.json: Ein Teil lässt sich nicht lesen ({}).",
  "tokenizer.json: {} is not supported.": "tokenizer.json: Nicht unterstützt wird {}.",
  "tokenizer.json: {} is malformed ({}).": "tokenizer.json: Fehlerhaft ist {} ({}).",
  "the file": "die Datei",
  "a BPE with word prefixes or suffixes": "ein BPE mit Vor- oder Nachsilben",
  "a sequence without {}": "eine Folge ohne {}",
  "a sequence of more than {} parts": "eine Folge von mehr als {} Teilen",
  "the normaliser {}": "die Vereinheitlichung {}",
  "tokenizer.json: a normaliser that multiplies a text is not supported.":
    "tokenizer.json: eine Vereinheitlichung, die den Text vervielfacht, wird nicht unterstützt.",
  "a pre-tokenizer after ByteLevel": "ein Vorzerleger hinter ByteLevel",
  "a Metaspace that splits": "ein Metaspace, das trennt",
  "a Split with the behaviour {}": "ein Split mit dem Verhalten {}",
  "a Split that removes text": "ein Split, das Text entfernt",
  "the pre-tokenizer {}": "der Vorzerleger {}",
  "tokenizer.json: a pattern {}, which is not supported.":
    "tokenizer.json: Ein Muster {}, was nicht unterstützt wird.",
  "tokenizer.json: {}.": "tokenizer.json: {}.",
  "is too large": "ist zu groß",
  "changes its flags": "ändert seine Schalter",
  "refers back to a group": "verweist auf eine Gruppe zurück",
  "looks back over more than one character": "blickt weiter als ein Zeichen zurück",
  "a replacement is no text of at most {} characters":
    "ein Ersatz ist kein Text von höchstens {} Zeichen",
  "a pattern is neither an expression nor a text": "ein Muster ist weder Ausdruck noch Text",
  "a pattern is longer than {} characters": "ein Muster ist länger als {} Zeichen",
  "a pattern cannot be read": "ein Muster ist nicht zu lesen",
  "The chat template of this model leaves out or repeats texts of the conversation, so no document can be put into it. Choose another file of the model.":
    "Die Gesprächsvorlage dieses Modells lässt Texte aus oder wiederholt sie; kein Dokument lässt sich in sie stellen. Wähle eine andere Datei des Modells.",
  "The chat template of this model cannot be used: {}. Choose another file of the model.":
    "Die Gesprächsvorlage dieses Modells ist nicht zu gebrauchen: {}. Wähle eine andere Datei des Modells.",
  "it is longer than {} characters": "sie ist länger als {} Zeichen",
  "it has more than {} blanks in a row": "sie hat mehr als {} Leerzeichen hintereinander",
  "it nests too deeply": "sie ist zu tief geschachtelt",
  "A conversation must end with a message of the user.": "Ein Gespräch muss mit einer Frage enden.",
  "The prompt style «{}» of this model is not known. Update the application.":
    "Die Art «{}», in der dieses Modell gefragt werden will, ist nicht bekannt. Erneuere die Anwendung.",
  "The model says that it reads documents, but has no token «{}». The file is damaged.":
    "Das Modell gibt an, Dokumente zu lesen, hat aber kein Token «{}». Die Datei ist beschädigt.",
};
