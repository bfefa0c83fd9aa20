// What the dialog of models says, in English.
import type { CuratedId, VerdictMemory } from "../../../../workers/protocol.ts";

const memory: Readonly<Record<VerdictMemory, string>> = {
  memory: "memory",
  "graphics-memory": "graphics memory",
};

/** Why one would choose a model of the list. */
const notes: Readonly<Record<CuratedId | "nano" | "nano-rodimus", string>> = {
  nano: "Comes with the page and starts at once: finds facts, does not converse.",
  "nano-rodimus":
    "Keeps a document as a state of 1.2 MB, however long it is. Beyond its last 513 tokens it seldom finds facts again; longer documents are answered from passages that words find. For trying the family, weaker than nano.",
  "qwen2.5-0.5b-instruct":
    "The smallest index per page, and answers in whole sentences: a good first choice.",
  "gemma-3-270m-it":
    "Made to be small: short answers, and an index almost as small as Qwen2.5 0.5B has.",
  "smollm2-135m-instruct": "Small enough for every device, and answers in sentences; simple ones.",
  "gemma-3-1b-it": "Good sentences in many languages for a small index.",
  "qwen2.5-1.5b-instruct":
    "The best answers for its index: for a device with a few gigabytes to spare.",
  "llama-3.2-1b-instruct":
    "Trained on contexts of 131,072 tokens; careful with what the text says.",
  "smollm2-360m-instruct": "Small to fetch, larger on disk per page than Qwen2.5 0.5B.",
  "smollm3-3b":
    "The strongest of the list, trained on contexts of 65,536 tokens; wants a real graphics card.",
  "qwen3-0.6b":
    "Newer than Qwen2.5, but nine times its index: 114,688 bytes for every token of the text.",
};

export const picker = {
  picker: {
    noPlace:
      "This browser gives the page no place to keep a model, so models are read from the network each time. A window that is not private, on https, keeps them.",
    looking: "Looking what is here…",
    here: "On this device",
    proposed: "For long documents",
    order:
      "Ordered by what every page of a document costs on disk. The figures are for 100,000 tokens, about 250 pages.",
    problem: "Model problem",
    dismiss: "Dismiss",
    inUse: "In use",
    states: {
      ready: "Ready",
      remote: "Not downloaded",
      partial: "Partly downloaded",
      downloading: "Downloading",
      verifying: "Checking",
      damaged: "Damaged",
    },
    fits: {
      fits: "Fits this device",
      tight: "Tight on this device",
      "does-not-fit": "Does not fit this device",
      unknown: "Needs are not known yet",
    },
    notes,
    reasons: {
      embedded: "It comes with the page.",
      downloadTooLarge: (download: string, free: string) =>
        `The download takes ${download}, and the browser has ${free} left for this page.`,
      headerUnread: "What it needs is known once its header has been read.",
      deviceMemory: (takes: string, of: VerdictMemory, device: string) =>
        `It takes ${takes} of ${memory[of]}, and this device has about ${device} of memory in all.`,
      pageMemory: (takes: string, most: string) =>
        `It takes ${takes} of memory; without a graphics card a page has at most ${most} for a model.`,
      smallAdapter: (takes: string, buffer: string) =>
        `It takes ${takes} of graphics memory; the adapter's largest buffer is ${buffer}, the sign of a small one.`,
      littleStorage: (free: string, document: string) =>
        `It can be kept, but ${free} of storage are too little for a document of 100,000 tokens, which takes ${document}.`,
      softwareAdapter:
        "There is only a software adapter here: it would work, but far too slowly to be of use.",
      slowProcessor: (takes: string) =>
        `It takes ${takes} of memory and works, but slowly: the processor computes here.`,
      room: (takes: string, of: VerdictMemory) => `It takes ${takes} of ${memory[of]}.`,
      roomLeft: (takes: string, of: VerdictMemory, free: string) =>
        `It takes ${takes} of ${memory[of]}, and ${free} of storage are left.`,
    },
    file: "File",
    onDisk: (bytes: string) => `${bytes} on disk`,
    toFetch: (bytes: string) => `${bytes} download`,
    licence: "Licence",
    weights: "Weights in graphics memory",
    madeWhileLoading: (bytes: string, format: string) => `${bytes}, made ${format} while they load`,
    graphics: "Graphics memory in all",
    graphicsTakes: (bytes: string, index: string) => `${bytes}, and ${index} per 100,000 tokens`,
    disk: "Disk",
    diskTakes: (bytes: string) => `${bytes} per 100,000 tokens`,
    kept: (kept: string, all: string) => `${kept} of ${all} kept`,
    unknownSize: "an unknown size",
    load: "Load",
    loadOnce: "Load without keeping",
    download: "Download",
    goOn: "Go on with",
    downloadAgain: "Download again",
    check: "Check",
    repair: "Repair",
    delete: "Delete",
    openFile: "Open a model file…",
    fileInput: "Model files",
    fileHint:
      "A .gguf file, all its parts, or the config.json, tokenizer.json and .safetensors files of a folder. Files are read where they are and not copied.",
    openAddress: "Open an address…",
    addressForm: "Open an address",
    address: "Address",
    addressExample: "owner/repository/file.gguf, or https://…",
    revision: "Revision",
    token: "Access token",
    tokenExample: "for gated models only",
    tokenHint: "The token goes to that server only and is forgotten when the page closes.",
    readingHeader: "Reading the header…",
    openThis: "Open address",
    dropped: "Dropped model",
    files: (count: string) => `${count} files`,
    openDropped: (name: string, bytes: string) =>
      `Open ${name} (${bytes}) as the model? Documents read with another model have to be read again before they can be asked.`,
    notNow: "Not now",
    openAsModel: "Open as model",
  },
};
