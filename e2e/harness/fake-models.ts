// A scripted model library for looking at the picker. Development only.
import type { ModelEntry, ModelLibraryApi, ModelLibraryState } from "../../workers/protocol.ts";

const QWEN: ModelEntry = {
  id: "qwen2.5-0.5b-instruct",
  name: "Qwen2.5 0.5B Instruct",
  origin: "hub",
  state: "remote",
  curated: true,
  licence: "Apache-2.0",
  address: "Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q4_k_m.gguf",
  fileBytes: 491_400_032,
  keptBytes: 0,
  figures: {
    architecture: "qwen2",
    quantisation: "Q4_K_M",
    parameters: 494_032_768,
    contextLength: 32_768,
    kvBytesPerToken: 12_288,
  },
  needs: {
    loadFormat: "stored",
    weightBytes: 485_500_000,
    graphicsBytes: 723_000_000,
    indexBytesPer100k: 25_600_000,
    diskBytesPer100k: 1_228_800_000,
  },
  verdict: {
    fit: "fits",
    reason: { kind: "room", takes: 749e6, of: "graphics-memory", free: 42.9e9 },
  },
  transfer: null,
  problem: null,
};

const LIBRARY: ModelLibraryState = {
  canKeep: true,
  entries: [
    {
      ...QWEN,
      id: "nano",
      name: "Inkspan’s own model",
      origin: "embedded",
      state: "ready",
      curated: false,
      licence: "Apache-2.0",
      address: "",
      fileBytes: 0,
      figures: null,
      needs: null,
      verdict: { fit: "fits", reason: { kind: "embedded" } },
    },
    QWEN,
    {
      ...QWEN,
      id: "smollm2-360m-instruct",
      name: "SmolLM2 360M Instruct",
      state: "downloading",
      keptBytes: 120_000_000,
      transfer: {
        phase: "download",
        doneBytes: 120_000_000,
        totalBytes: 386_404_992,
        bytesPerSecond: 9_300_000,
        secondsLeft: 29,
      },
    },
    {
      ...QWEN,
      id: "llama-3.2-1b-instruct",
      name: "Llama 3.2 1B Instruct",
      state: "damaged",
      keptBytes: 807_694_464,
      verdict: {
        fit: "tight",
        reason: { kind: "little-storage", document: 1_600_000_000, free: 900_000_000 },
      },
      problem: { code: "checksum-mismatch", message: "What arrived is not what is expected." },
    },
  ],
};

export function fakeModels(): ModelLibraryApi {
  const entry = () => Promise.resolve(QWEN);
  return {
    listModels: () => Promise.resolve(LIBRARY),
    openModelFile: entry,
    openModelAddress: entry,
    downloadModel: entry,
    cancelDownload: () => Promise.resolve(),
    deleteModel: () => Promise.resolve(),
    verifyModel: entry,
  };
}
