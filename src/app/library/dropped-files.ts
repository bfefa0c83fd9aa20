// The files of a drop, folders opened. A browser without folder entries gives the files it has.

/** More are no documents somebody wants to read. */
const MAX_FILES = 500;

export async function droppedFiles(data: DataTransfer): Promise<File[]> {
  // Both must be taken now: the list is emptied when the event is over.
  const plain = [...data.files];
  const entries = [...data.items].flatMap((item) =>
    item.kind === "file" ? [item.webkitGetAsEntry()] : [],
  );
  if (!entries.some((entry) => entry?.isDirectory)) return plain;
  const files: File[] = [];
  for (const entry of entries) if (entry) await collect(entry, files);
  return files;
}

async function collect(entry: FileSystemEntry, into: File[]): Promise<void> {
  if (into.length >= MAX_FILES || entry.name.startsWith(".")) return;
  if (entry.isFile) {
    into.push(
      await new Promise<File>((resolve, reject) => {
        (entry as FileSystemFileEntry).file(resolve, reject);
      }),
    );
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (batch.length === 0) return; // it gives a folder in pieces
    for (const child of batch) await collect(child, into);
  }
}
