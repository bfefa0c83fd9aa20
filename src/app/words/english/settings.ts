// What the settings say, in English.
export const settings = {
  settings: {
    title: "Settings",
    appearance: "Appearance",
    language: "Language",
    languages: { system: "As the browser", en: "English", de: "Deutsch" },
    theme: "Theme",
    themes: { system: "As the system", light: "Light", dark: "Dark" },
    reading: "Reading",
    keepAwake: "Keep the screen on while a document is read",
    notify: "Tell me when a document has been read",
    notifyRefused: "The browser does not allow notifications of this page.",
    answers: "Answers",
    manner: {
      style: "Style of the answers",
      styles: {
        brief: "A few words, as in the text",
        sentences: "One or two sentences",
        detailed: "In detail",
        list: "A list",
      },
      instructions: "Instructions for every answer",
      example: "For example: Answer in German. Explain technical terms.",
      hint: "They go to the model behind each question. Briefest answers stay closest to the text.",
      ignored: "The model that is open finds facts and follows no instructions; a larger one does.",
    },
    temperature: "Temperature",
    temperatureHint: "At 0 the same question gives the same answer.",
    answerLength: "Answer length",
    seed: "Seed",
    range: (min: string, max: string) => `A whole number from ${min} to ${max}`,
    followUps: "Let a question see the two before it",
    suggestions: "Suggest first questions and a short summary, made while nothing else is going on",
    answerMode: "Answer",
    answerModes: {
      auto: {
        label: "As was measured best for the model",
        hint: "From the index, or by reading the passages found again.",
      },
      reread: {
        label: "Read the passages again",
        hint: "The passages found are read once more with the question; the statistics count their tokens. Works while a document is still being read.",
      },
      recalled: {
        label: "From the index alone",
        hint: "Nothing of the document is read again.",
      },
    },
    advanced: "Advanced",
    device: "Compute on",
    devices: { auto: "Automatic", webgpu: "Graphics card (WebGPU)", cpu: "Processor" },
    deviceHint: "Documents stay as they are: what one has read, the other can be asked about.",
    attention: "Attention",
    engineHint: "Documents read with another choice wait for it, or are read again.",
    saves: (ratio: string) =>
      `with this model it keeps 1/${ratio} of the keys and values in graphics memory, for a document that fills the context.`,
    savesTooLittle: (ratio: string) =>
      `not advised with this model. It would keep 1/${ratio} of the keys and values in graphics memory; less than half is what makes up for its cost.`,
    engineFits: "What is greyed out does not work with the loaded model.",
    engines: {
      ltri: {
        label: "Spans (Ltri-LLM)",
        hint: "Finds the passages of any length that belong to the question.",
      },
      shadowkv: {
        label: "Low-rank keys (ShadowKV)",
        hint: "Exact reading in less graphics memory; for one document that fits the model's context.",
      },
      "shadowkv-plus": {
        label: "Low-rank keys, of answers too (ShadowKV+)",
        hint: "Like ShadowKV, with the keys of question and answer by low rank as well: less graphics memory for long answers, somewhat slower.",
      },
      "shadowkv-deferred": {
        label: "Low-rank keys, chosen late",
        hint: "Like ShadowKV, but each token of an answer sees what the tokens before it chose: one wait per token on a graphics card, and not the method of the paper.",
      },
      "shadowkv-int8": {
        label: "Low-rank keys, values in int8",
        hint: "Like ShadowKV, with all values in 8 bits in graphics memory: faster on a graphics card, and not the method of the paper.",
      },
      infllm: {
        label: "Fixed blocks (InfLLM)",
        hint: "Recalls blocks of one length; for comparison.",
      },
      streaming: {
        label: "Window only (StreamingLLM)",
        hint: "Sees the beginning and the end of a document; for comparison.",
      },
      full: {
        label: "Everything (full attention)",
        hint: "Exact, for documents that fit into the memory of the device.",
      },
      recurrent: {
        label: "One state (recurrent models)",
        hint: "The only one that works with Rodimus: a document is one state of fixed size.",
      },
    },
  },
  heads: {
    title: "Attention heads",
    measured: "Measured heads",
    result: (copying: string, heads: string) =>
      `${copying} of ${heads} heads of this model copy from a text.`,
    explain:
      "Some heads of a model copy from the text. Which ones is measured once per model, on made-up texts.",
    measuring: "Measuring heads",
    cancel: "Cancel measuring",
    again: "Measure heads again",
    measure: "Measure heads",
    vote: "Let the heads that copy vote by themselves",
    hint: "They always find the passages for a question. With this they also decide what is recalled while a document is read and in long answers; otherwise the heads that are most decided do. Documents read with the other choice wait for it, or are read again.",
  },
};
