// Files that come to the page, sorted by what they are for: documents go to the library, model files
// are offered to the picker.
import type { AppActions } from "../../state/index.ts";

export const ACCEPTED_FILES = [
  ".ltri,.pdf,.epub,.docx,.html,.htm,.xhtml,.txt,.md,.markdown,.text,.log,.csv,.tsv,.rst,.tex,.srt",
  "application/pdf,application/epub+zip,text/plain,text/markdown,text/html",
].join(",");

const WEIGHTS = /\.(gguf|safetensors)$/i;
/** Files of a checkpoint's folder that mean something only beside its weights. */
const BESIDE_WEIGHTS = /\.(gguf|safetensors|json|jinja|model)$/i;

export function addFiles(actions: AppActions, files: readonly File[]): void {
  const { model, documents } = sortFiles(files);
  if (model.length > 0) actions.offerModelFiles(model);
  if (documents.length > 0) void actions.addFiles(documents);
}

export function sortFiles(files: readonly File[]): { model: File[]; documents: File[] } {
  const isModel = files.some((file) => WEIGHTS.test(file.name)) ? BESIDE_WEIGHTS : WEIGHTS;
  return {
    model: files.filter((file) => isModel.test(file.name)),
    documents: files.filter((file) => !isModel.test(file.name)),
  };
}

/** Of a picked folder: what it hides (`.git`, `.DS_Store`) is not meant. */
export function withoutHidden(files: readonly File[]): File[] {
  return files.filter((file) => !/(^|\/)\./.test(file.webkitRelativePath || file.name));
}
