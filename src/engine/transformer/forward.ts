// The one forward pass: embedding, then every layer. Reading, questions, decoding, completion and
// calibration differ in what they do between the parts of a layer, and say so in hooks.

import type { Mixer, Pass } from "../mixers/mixer.ts";
import type { Transformer, Workspace } from "./transformer.ts";

/** A model at work on one token stream. */
export interface Stack {
  readonly transformer: Transformer;
  readonly workspace: Workspace;
  readonly mixer: Mixer;
}

export interface LayerHooks {
  /** The layer's queries are there, nothing is mixed yet. May cut the recording and wait. */
  readonly beforeMix?: (pass: Pass, layer: number) => Promise<void> | undefined;
  /** The layer is mixed; what its mixing left behind is still there. */
  readonly afterMix?: (pass: Pass, layer: number) => void;
}

/** The ids in the workspace → ws.x, the residual stream behind the last layer. Submits nothing. */
export async function forward(
  { transformer, workspace, mixer }: Stack,
  pass: Pass,
  { beforeMix, afterMix }: LayerHooks = {},
): Promise<void> {
  transformer.embed(pass.recorder, workspace, pass.tokens);
  for (let layer = 0; layer < transformer.config.layers; layer++) {
    mixer.project(pass, workspace, layer);
    const choice = beforeMix?.(pass, layer);
    if (choice) await choice;
    mixer.mix(pass, workspace, layer);
    afterMix?.(pass, layer);
    transformer.feedForward(pass.recorder, workspace, layer, pass.tokens);
  }
}
