// What each error code means to the reader, and the way on. The engine's own sentence is shown below.
import type { ErrorCode } from "../../workers/protocol.ts";

export interface Problem {
  readonly title: string;
  readonly advice: string;
  /** What a button can do about it. */
  readonly remedy: "try-again" | "read-again" | "free-space" | "reload-page" | null;
}

const SAFE = "Your library is untouched.";

const PROBLEMS: Record<ErrorCode, Problem> = {
  "no-webgpu": {
    title: "This browser has no WebGPU",
    advice: `Inkspan runs its model on WebGPU. Open this page in a current Chrome or Edge, in Safari 26 or in Firefox on Windows, over https or on localhost. ${SAFE}`,
    remedy: "try-again",
  },
  "no-adapter": {
    title: "No graphics adapter answered",
    advice: `WebGPU is here, but the browser offers no adapter. Turn on hardware acceleration in the browser's settings, update the graphics driver, then try again. ${SAFE}`,
    remedy: "try-again",
  },
  "no-wasm": {
    title: "This device cannot compute here",
    advice:
      "There is no graphics card to use, and WebAssembly is missing or forbidden on this page. Use a current browser, or ask whoever runs the page to allow WebAssembly.",
    remedy: "try-again",
  },
  "limit-exceeded": {
    title: "The graphics adapter is too small",
    advice: `The adapter's limits are below what this model needs. A smaller model or another device will work. ${SAFE}`,
    remedy: "try-again",
  },
  "out-of-memory": {
    title: "The graphics memory is full",
    advice: `Close other tabs or programs that use the graphics card, then try again. ${SAFE}`,
    remedy: "try-again",
  },
  "device-lost": {
    title: "The graphics device was lost",
    advice: `The driver was reset or the device went to sleep. Everything read so far is stored; Inkspan goes on from there. ${SAFE}`,
    remedy: "try-again",
  },
  "download-failed": {
    title: "A download did not finish",
    advice: "Check the connection and try again. What has arrived is kept.",
    remedy: "try-again",
  },
  "checksum-mismatch": {
    title: "The file is not the expected one",
    advice:
      "It was damaged on the way or where it was kept, so it is not used. Fetch or copy it anew.",
    remedy: "try-again",
  },
  "format-unsupported": {
    title: "This format is not supported",
    advice:
      "Inkspan reads PDF, EPUB, Word (.docx), HTML, Markdown and text files. Convert the file, or paste its text.",
    remedy: null,
  },
  "format-invalid": {
    title: "The file is not valid",
    advice:
      "It is cut short or damaged. Get it once more, or open it in its own program and save it anew.",
    remedy: null,
  },
  encrypted: {
    title: "The file is protected",
    advice:
      "Inkspan cannot open protected files. Use a copy without protection, or paste its text.",
    remedy: null,
  },
  "no-text": {
    title: "There is no text in the file",
    advice: "There is nothing that could be read. Choose another file, or paste the text.",
    remedy: null,
  },
  "too-large": {
    title: "The file is too large",
    advice: "Split it and add the parts one by one.",
    remedy: null,
  },
  "quota-exceeded": {
    title: "The browser's storage is full",
    advice:
      "What is stored is safe. Delete a document you no longer need or free disk space, then resume reading.",
    remedy: "free-space",
  },
  "index-stale": {
    title: "Made by another model or version",
    advice:
      "The text is here, but the stored index belongs to another model. Read it again to ask about it.",
    remedy: "read-again",
  },
  "index-damaged": {
    title: "The stored index is damaged",
    advice:
      "The index failed its check and is not used. The text is here; read it again to ask about it.",
    remedy: "read-again",
  },
  "locked-by-other-tab": {
    title: "Another tab is using the library",
    advice: "Close Inkspan in the other tab, or ask there. Then try again here.",
    remedy: "try-again",
  },
  "context-overflow": {
    title: "The question is too long",
    advice:
      "Question, earlier turns and answer do not fit together. Shorten the question or the answer length.",
    remedy: null,
  },
  "not-found": {
    title: "It is no longer there",
    advice:
      "The document may have been deleted in another tab. Reload the page to see the present library.",
    remedy: "reload-page",
  },
  cancelled: {
    title: "Stopped",
    advice: "The work was stopped before it was done.",
    remedy: null,
  },
  internal: {
    title: "Something went wrong",
    advice: `This should not happen. Reloading the page usually helps. ${SAFE}`,
    remedy: "reload-page",
  },
};

export function problemOf(code: ErrorCode): Problem {
  return PROBLEMS[code];
}
