// Test support: the Rodimus fixtures on the test device. Tests only.
import type { Backend } from "../../../kernels/index.ts";
import { RecurrentStream } from "../attention/recurrent/recurrent-stream.ts";
import { fixtureSources } from "../model/testing/fixtures.ts";
import { type LoadedModel, loadModel } from "../transformer/loaded-model.ts";
import { TokenCounter } from "../transformer/token-counter.ts";

export function loadRodimus(backend: Backend, id: string): Promise<LoadedModel> {
  return loadModel(backend, id, fixtureSources(`rodimus/models/${id}`), () => undefined);
}

export function recurrentStream(backend: Backend, loaded: LoadedModel, chunk: number) {
  const shape = { chunk, logitRows: chunk, ring: "f32" } as const;
  return new RecurrentStream(backend, loaded, new TokenCounter(), shape);
}

/** f32 [T, V] of tokens that are appended in pieces of these sizes; a size of 1 takes the decode path. */
export async function logitsInPieces(
  backend: Backend,
  stream: RecurrentStream,
  ids: readonly number[],
  sizes: readonly number[],
): Promise<Float32Array> {
  const { transformer, workspace } = stream.stack;
  const rows: number[] = [];
  let at = 0;
  for (const size of sizes) {
    const piece = Uint32Array.from(ids.slice(at, at + size));
    at += size;
    if (size > 1) {
      await stream.read(
        piece,
        (logits) => rows.push(...logits),
        () => undefined,
      );
      continue;
    }
    backend.upload(workspace.ids, 0, piece);
    const bytes = await stream.step((recorder) => {
      transformer.logits(recorder, workspace, 0, 1);
      return recorder.readback(workspace.logits, 0, transformer.config.vocab * 4);
    });
    rows.push(...new Float32Array(bytes));
  }
  return Float32Array.from(rows);
}

/** The largest difference, relative to the largest expected value. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  let top = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= most)) most = difference;
    top = Math.max(top, Math.abs(expected[i]!));
  }
  return most / top;
}
