// The models that come with the app.

/** Stands for the one that suits this device. */
export const DEFAULT_ID = "default";
/** Answers in sentences. */
export const LARGER_ID = "smollm2-135m-instruct";
/** Its file calls it by the marks of a training run. */
export const LARGER_NAME = "SmolLM2 135M Instruct";
/** The adapter that comes with it: trained to answer from passages. */
export const READER_ADAPTER = "smollm2-135m-reader.gguf";
/** Finds facts, does not converse. */
export const EMBEDDED_ID = "nano";
/** Its sibling with a memory of fixed size. */
export const RECURRENT_ID = "nano-rodimus";
