// The recurrent kernels: mixer of Rodimus, window attention with one shared key head.
export * from "./gated-norm.ts";
export * from "./input-gate.ts";
export * from "./mixer-gates.ts";
export * from "./short-conv.ts";
export * from "./state-scan.ts";
export * from "./variants.ts";
export * from "./window-append.ts";
export * from "./window-attention.ts";
