// What each error code means to the reader, and the way on, in English.
import type { ErrorCode } from "../../../../workers/protocol.ts";

export interface ProblemWords {
  readonly title: string;
  readonly advice: string;
}

export interface AllProblemWords {
  readonly problemWords: Readonly<Record<ErrorCode, ProblemWords>>;
  /** The general words speak of documents; these of the file of a model. */
  readonly modelProblemWords: Readonly<
    Partial<Record<ErrorCode, { readonly title: string; readonly advice?: string }>>
  >;
}

const SAFE = "Your library is untouched.";

export const problems: AllProblemWords = {
  problemWords: {
    "no-webgpu": {
      title: "This browser has no WebGPU",
      advice: `The graphics card was asked for, and only WebGPU reaches it: in a current Chrome or Edge, in Safari 26 or in Firefox on Windows, over https or on localhost. The processor can compute instead. ${SAFE}`,
    },
    "no-adapter": {
      title: "No graphics card answered",
      advice: `The graphics card was asked for, but the browser offers none. Turn on hardware acceleration in its settings or update the graphics driver, then try again. The processor can compute instead. ${SAFE}`,
    },
    "no-wasm": {
      title: "This device cannot compute here",
      advice:
        "The processor would compute, but WebAssembly is missing or forbidden on this page. Use a current browser, or ask whoever runs the page to allow WebAssembly ('wasm-unsafe-eval').",
    },
    "limit-exceeded": {
      title: "The graphics adapter is too small",
      advice: `The adapter's limits are below what this model needs. A smaller model will work, or the processor. ${SAFE}`,
    },
    "out-of-memory": {
      title: "The memory for the model is full",
      advice: `Close other tabs or programs, those above all that use the graphics card, then try again; or choose a smaller model. ${SAFE}`,
    },
    "device-lost": {
      title: "The engine was interrupted",
      advice: `The graphics driver was reset, the device went to sleep, or the engine failed. Everything read so far is stored; Inkspan goes on from there. ${SAFE}`,
    },
    "download-failed": {
      title: "A download did not finish",
      advice: "Check the connection and try again. What has arrived is kept.",
    },
    "checksum-mismatch": {
      title: "The file is not the expected one",
      advice:
        "It was damaged on the way or where it was kept, so it is not used. Fetch or copy it anew.",
    },
    "format-unsupported": {
      title: "This format is not supported",
      advice:
        "Inkspan reads PDF, EPUB, Word (.docx), HTML, Markdown and text files. Convert the file, or paste its text.",
    },
    "format-invalid": {
      title: "The file is not valid",
      advice:
        "It is cut short or damaged. Get it once more, or open it in its own program and save it anew.",
    },
    encrypted: {
      title: "The file is protected",
      advice:
        "Inkspan cannot open protected files. Use a copy without protection, or paste its text.",
    },
    "no-text": {
      title: "There is no text in the file",
      advice: "There is nothing that could be read. Choose another file, or paste the text.",
    },
    "too-large": {
      title: "The file is too large",
      advice: "Split it and add the parts one by one.",
    },
    "quota-exceeded": {
      title: "The browser's storage is full",
      advice:
        "What is stored is safe. Delete a document you no longer need or free disk space, then resume reading.",
    },
    "index-stale": {
      title: "Made by another model or version",
      advice:
        "The text is here, but the stored index belongs to another model. Read it again to ask about it.",
    },
    "index-damaged": {
      title: "The stored index is damaged",
      advice:
        "The index failed its check and is not used. The text is here; read it again to ask about it.",
    },
    "locked-by-other-tab": {
      title: "Another tab is at work on it",
      advice: "Wait until it has ended there, or close the other tab. Then try again here.",
    },
    "context-overflow": {
      title: "The question is too long",
      advice:
        "Question, earlier turns and answer do not fit together. Shorten the question or the answer length.",
    },
    "engine-limit": {
      title: "This attention engine cannot do that",
      advice:
        "Choose another one in the settings: the memory of Ltri does not grow with the text, and recurrent models work with their own. Those and low-rank keys answer from one document at a time.",
    },
    "invalid-argument": {
      title: "That cannot be done",
      advice: "What was asked for does not fit together. Change it, then try again.",
    },
    "not-found": {
      title: "It is not there",
      advice:
        "It may have been deleted, perhaps in another tab. Reload the page to see what is here now.",
    },
    "no-model": {
      title: "No model is loaded",
      advice: "Wait until the model is ready, or choose another one. Then try again.",
    },
    "not-read-yet": {
      title: "The document has not been read to its end",
      advice: "Let it be read first; a paused reading can be resumed.",
    },
    busy: {
      title: "Something else is still being done with it",
      advice: "Wait until that has ended, or stop it. Then try again.",
    },
    "no-storage": {
      title: "This browser keeps nothing for the page",
      advice:
        "In a private window, or where the page is not on https, the browser gives it no storage. Open it in an ordinary window.",
    },
    "storage-newer": {
      title: "The library was made by a newer Inkspan",
      advice:
        "This page is older than what is stored, so it touches nothing. Reload the page to get the newer version.",
    },
    "text-damaged": {
      title: "The stored text is lost",
      advice:
        "The browser no longer has this document's text, so it cannot be read again here. Delete it and add the original once more.",
    },
    "run-stale": {
      title: "The run belongs to other settings",
      advice: "What it was started with has changed. Load that again, or start a new run.",
    },
    "run-damaged": {
      title: "The stored run is damaged",
      advice: "A record of it failed its check. Delete the run and start it again.",
    },
    "timed-out": {
      title: "The file takes too long to open",
      advice:
        "It is made in a way that needs far more work than its size. It was not opened. Save it anew in its own program, or paste its text.",
    },
    "server-unreachable": {
      title: "The model server cannot be reached",
      advice:
        "Nothing was answered; your question is kept. Is the server running at this address, and does it allow this page (CORS)? The settings name the flags.",
    },
    "server-silent": {
      title: "The model server did not answer in time",
      advice: "Your question is kept. Look at the server, then ask again.",
    },
    "server-key": {
      title: "The model server does not accept the key",
      advice: "Your question is kept. Enter the server's key in the settings, then ask again.",
    },
    "server-not-found": {
      title: "The model server has no such model",
      advice: "Your question is kept. Check address and model in the settings.",
    },
    "server-busy": {
      title: "The model server is busy",
      advice: "It is full or loading its model. Your question is kept; ask again in a while.",
    },
    "server-context": {
      title: "The passages do not fit the server's model",
      advice:
        "Your question is kept. Start the server with a larger context, or ask for shorter answers in the settings.",
    },
    "server-refused": {
      title: "The model server refused",
      advice: "Your question is kept. What the server said stands below.",
    },
    "server-broke-off": {
      title: "The model server broke off",
      advice:
        "It was gone in the middle of its answer. Your question is kept; asking again costs a second answer.",
    },
    "server-malformed": {
      title: "This is no answer of a model server",
      advice: "Your question is kept. Check the address in the settings.",
    },
    "not-finite": {
      title: "The model computed no usable numbers",
      advice:
        "The answer was ended. Read the document again; if that does not help, the model's file or the graphics driver is at fault.",
    },
    cancelled: {
      title: "Stopped",
      advice: "The work was stopped before it was done.",
    },
    internal: {
      title: "Something went wrong",
      advice: `This should not happen. Reloading the page usually helps. ${SAFE}`,
    },
  },
  modelProblemWords: {
    "format-invalid": {
      title: "This is not a readable model",
      advice: "It is cut short or damaged. Get it once more, or choose another file.",
    },
    "format-unsupported": {
      title: "This kind of model is not supported",
      advice: "Inkspan runs GGUF and safetensors files of the supported families. Choose another.",
    },
    busy: { title: "This model is being worked on" },
    "locked-by-other-tab": {
      title: "Another tab is at work on this model",
      advice: "Wait until it has ended there. Then try again here.",
    },
    "not-found": { title: "This model is not there" },
    "quota-exceeded": {
      title: "There is no room to keep this model",
      advice: "Delete a model or a document you no longer need, or free disk space.",
    },
    "timed-out": {
      title: "The model's file takes too long to open",
      advice: "It is made in a way that needs far more work than its size. Choose another file.",
    },
  },
};
