// The one forward pass: embedding, then every layer. Reading, questions, decoding, completion and
// calibration differ in what they do between the parts of a layer, and say so in hooks.

import type { Mixer, Pass } from "../mixers/mixer.ts";
import type { Transformer, Workspace } from "./transformer.ts";

/** A model at work on one token stream. */
export interface Stack {
  readonly transformer: Transformer;
  readonly workspace: Workspace;
  readonly mixer: Mixer;
  /** Rodimus+: a second mixer, whose result enters the FFN and not the residual stream. */
  readonly hop?: Mixer;
}

export interface LayerHooks {
  /** The layer's queries are there, nothing is mixed yet. May cut the recording and wait. */
  readonly beforeMix?: (pass: Pass, layer: number) => Promise<void> | undefined;
  /** The layer is mixed; what its mixing left behind is still there. */
  readonly afterMix?: (pass: Pass, layer: number) => void;
}

/** The ids in the workspace → ws.x, the residual stream behind the last layer. Submits nothing. */
export async function forward(
  { transformer, workspace, mixer, hop }: Stack,
  pass: Pass,
  { beforeMix, afterMix }: LayerHooks = {},
): Promise<void> {
  const { recorder, tokens } = pass;
  const { x } = workspace;
  const aside = { ...workspace, x: workspace.hop };
  transformer.embed(recorder, workspace, tokens);
  for (let layer = 0; layer < transformer.config.layers; layer++) {
    mixer.project(pass, workspace, layer);
    const choice = beforeMix?.(pass, layer);
    if (choice) await choice;
    mixer.mix(pass, workspace, layer);
    afterMix?.(pass, layer);
    if (hop) {
      recorder.copy(x, 0, aside.x, 0, tokens * transformer.config.width * 4);
      hop.project(pass, aside, layer);
      hop.mix(pass, aside, layer);
    }
    transformer.feedForward(recorder, workspace, layer, tokens, hop ? aside.x : x);
  }
}
