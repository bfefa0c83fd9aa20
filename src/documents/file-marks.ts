// Files that are no documents, by how they begin: to say in words what they are.

interface FileMark {
  readonly mark: string;
  readonly what: string;
  readonly instead: string;
  /** Only text beside this: the file must also hold bytes that no text has. */
  readonly isWord?: boolean;
}

const IMAGE = "Run text recognition (OCR) over it, then add the result.";
const PACKED = "Unpack it and add its documents.";

const MARKS: readonly FileMark[] = [
  { mark: "\x89PNG", what: "a picture (PNG)", instead: IMAGE },
  { mark: "\xff\xd8\xff", what: "a picture (JPEG)", instead: IMAGE },
  { mark: "GIF8", what: "a picture (GIF)", instead: IMAGE, isWord: true },
  { mark: "BM", what: "a picture (BMP)", instead: IMAGE, isWord: true },
  { mark: "II*\0", what: "a picture (TIFF)", instead: IMAGE },
  { mark: "MM\0*", what: "a picture (TIFF)", instead: IMAGE },
  { mark: "RIFF", what: "a picture, sound or film (RIFF)", instead: "", isWord: true },
  { mark: "ID3", what: "a sound file (MP3)", instead: "", isWord: true },
  { mark: "OggS", what: "a sound file (Ogg)", instead: "", isWord: true },
  { mark: "\x1f\x8b", what: "a packed file (gzip)", instead: PACKED },
  { mark: "BZh", what: "a packed file (bzip2)", instead: PACKED, isWord: true },
  { mark: "\xfd7zXZ", what: "a packed file (xz)", instead: PACKED },
  { mark: "(\xb5/\xfd", what: "a packed file (zstd)", instead: PACKED },
  { mark: "7z\xbc\xaf", what: "an archive (7z)", instead: PACKED },
  { mark: "Rar!\x1a", what: "an archive (RAR)", instead: PACKED },
  { mark: "\x7fELF", what: "a program", instead: "" },
  { mark: "MZ", what: "a program", instead: "", isWord: true },
  { mark: "SQLite format 3\0", what: "a database", instead: "Export its tables as CSV." },
  { mark: "ITSF", what: "a help file (CHM)", instead: "Save it as HTML.", isWord: true },
  {
    mark: "GGUF",
    what: "a language model (GGUF)",
    instead: "Open it as a model.",
    isWord: true,
  },
  {
    mark: "LTRIDOC1",
    what: "a document of this library (.ltri)",
    instead: "Give it the extension .ltri.",
    isWord: true,
  },
];

export function markOf(
  head: string,
): { readonly what: string; readonly instead: string } | undefined {
  const mark = MARKS.find((one) => head.startsWith(one.mark));
  if (mark) return !mark.isWord || /[\0-\x08\x0e-\x1a]/.test(head) ? mark : undefined;
  if (head.slice(60, 68) === "BOOKMOBI") {
    return { what: "a Kindle book", instead: "Convert it to EPUB." };
  }
  if (head.slice(257, 262) === "ustar") return { what: "an archive (tar)", instead: PACKED };
  // Eight bytes of length, then the description of the tensors.
  if (/^[^\0]{1,5}\0{3,7}\{"/.test(head)) {
    return { what: "a language model (safetensors)", instead: "Open it as a model." };
  }
  return undefined;
}
