// A text as the loaded model will read it, and what its index is bound to.
import type { BoundModel } from "../attention/bound-model.ts";
import type { Rebuild } from "../store/rebuild.ts";

export async function tokenized({ binding, loaded }: BoundModel, text: string): Promise<Rebuild> {
  const { fingerprint, geometry } = binding;
  const modelName = loaded.model.config.name;
  const steps = binding.tokenizer.encodeSteps(text);
  for (;;) {
    const { done, value } = steps.next();
    if (done) {
      const { ids: tokenIds, starts: tokenStarts } = value;
      return { tokenIds, tokenStarts, fingerprint, geometry, modelName };
    }
    // A book takes a second: let questions and events through in between.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
