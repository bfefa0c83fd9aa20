// Figures of the benchmark's paper (arXiv 2407.11963v3): greedy decoding on servers with the official
// data. The proof of the aggregates: each row recomputes.

export interface PublishedAtc {
  readonly model: string;
  /** Accuracy at 2, 4, … 512 facts. */
  readonly accuracies: readonly number[];
  readonly upTo2K: number;
  readonly all: number;
  readonly enl50: number;
}

const atc = (
  model: string,
  accuracies: readonly number[],
  upTo2K: number,
  all: number,
  enl50: number,
): PublishedAtc => ({ model, accuracies, upTo2K, all, enl50 });

export const PUBLISHED_ATC: readonly PublishedAtc[] = [
  atc("DeepSeek-R1", [100, 100, 87.5, 95, 97.5, 90, 70, 65, 15], 92.86, 44.01, 256),
  atc("GPT-4.1", [100, 95, 87.5, 82.5, 75, 62.5, 37.5, 2.5, 0], 71.43, 14.13, 64),
  atc("QwQ-32B", [100, 97.5, 92.5, 65, 32.5, 12.5, 0, 0, 0], 33.41, 4.12, 16),
  atc("GPT-4o", [100, 72.5, 82.5, 42.5, 17.5, 0, 0, 0, 0], 18.97, 2.34, 8),
  atc("DeepSeek-R1-Distill-Qwen-7B", [77.5, 25, 2.5, 0, 0, 0, 0, 0, 0], 2.18, 0.27, 2),
  atc("Gemma-3-4B", [57.5, 27.5, 15, 17.5, 2.5, 0, 0, 0, 0], 5.6, 0.69, 2),
  atc("Qwen2.5-72B", [92.5, 62.5, 45, 10, 0, 0, 2.5, 0, 0], 7.58, 1.25, 4),
  atc("Qwen2.5-7B", [75, 37.5, 7.5, 5, 5, 0, 0, 0, 0], 4.76, 0.59, 2),
  atc("Qwen2.5-1.5B", [37.5, 25, 2.5, 0, 0, 0, 0, 0, 0], 1.55, 0.19, 0),
  atc("Qwen1.5-1.8B", [5, 0, 0, 0, 0, 0, 0, 0, 0], 0.08, 0.01, 0),
  atc("InternLM3-8B", [55, 32.5, 27.5, 20, 2.5, 0, 0, 5, 0], 6.83, 2.09, 2),
  atc("ChatGLM3-6B-32K", [27.5, 7.5, 10, 5, 2.5, 0, 2.5, 0, 2.5], 2.58, 1.88, 0),
];

export interface PublishedOverall {
  readonly model: string;
  readonly set: "32k" | "128k";
  readonly sRt: number;
  readonly mRt: number;
  readonly mRs: number;
  readonly overall: number;
}

const overall = (
  model: string,
  set: "32k" | "128k",
  [sRt, mRt, mRs]: readonly [number, number, number],
  mean: number,
): PublishedOverall => ({ model, set, sRt, mRt, mRs, overall: mean });

export const PUBLISHED_OVERALL: readonly PublishedOverall[] = [
  overall("Qwen-2.5-1.5B", "32k", [95.56, 96.34, 7.82], 66.57),
  overall("Qwen-1.5-1.8B", "32k", [75.05, 53.6, 0], 42.88),
  overall("Qwen-1.5-4B", "32k", [97.63, 96.38, 4.86], 66.29),
  overall("ChatGLM3-6B-32K", "32k", [96.26, 92.61, 4.62], 64.5),
  overall("Mistral-7B-Inst-v0.2", "32k", [94.55, 92.1, 12.92], 66.52),
  overall("Zephyr-7B-Beta", "32k", [36.06, 22.87, 4.66], 21.2),
  overall("Qwen-2.5-7B", "32k", [99.9, 98.51, 15.64], 71.35),
  overall("Gemma-3-4B", "128k", [92.56, 84.89, 15.81], 64.42),
  overall("Qwen-2.5-7B", "128k", [98.35, 97, 16.9], 70.75),
  overall("LLaMA-3.1-8B", "128k", [100, 96.91, 16.02], 70.98),
  overall("InternLM3-8B", "128k", [99.38, 97.45, 29.64], 75.49),
  overall("GLM-4-9B-Chat", "128k", [93.69, 98.61, 7.23], 66.51),
];
