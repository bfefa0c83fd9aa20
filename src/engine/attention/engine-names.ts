// The ids of the attention engines, in the order in which people see them; their rows are engines.ts.
// Alone in a file without imports: pages name engines without loading one.

export const ENGINE_NAMES = [
  "ltri",
  "shadowkv",
  "shadowkv-plus",
  "shadowkv-deferred",
  "shadowkv-int8",
  "infllm",
  "streaming",
  "full",
  "recurrent",
] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** The one that a new user gets. */
export const DEFAULT_ENGINE: EngineName = "ltri";

export function isEngineName(value: unknown): value is EngineName {
  return ENGINE_NAMES.some((name) => name === value);
}

/** Those that keep keys of low rank; what they would save is said before they are chosen. */
export const LOW_RANK_ENGINES = [
  { name: "shadowkv", mode: "exact" },
  { name: "shadowkv-plus", mode: "exact" },
  { name: "shadowkv-deferred", mode: "deferred" },
  { name: "shadowkv-int8", mode: "gpuValues" },
] as const satisfies readonly { readonly name: EngineName; readonly mode: string }[];

/** Some heads choose for the others: who they are must be known before a question. */
export function asksHeads(name: EngineName): boolean {
  return name === "ltri";
}
