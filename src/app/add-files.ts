import type { AppActions } from "../state/index.ts";

export const ACCEPTED_FILES = ".txt,.md,.markdown,text/plain,text/markdown";

/** A title from a file name: no extension, separators as spaces. */
export function titleOfFile(name: string): string {
  const stem = name.replace(/\.[^.]+$/, "").replace(/[_]+/g, " ");
  return stem.trim() || name;
}

/** One after the other, so that the library keeps the given order. */
export async function addFiles(actions: AppActions, files: readonly File[]): Promise<void> {
  for (const file of files) {
    if (/\.(txt|md|markdown|text)$/i.test(file.name) || file.type.startsWith("text/")) {
      await actions.addText(titleOfFile(file.name), file);
    } else {
      actions.report(`“${file.name}” was not added`, {
        code: "format-unsupported",
        message: `The file's type is ${file.type || "unknown"}.`,
      });
    }
  }
}
