// Hands a file to the browser's downloads.

export function saveText(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type }));
}

export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by then; before, some browsers lose it.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
