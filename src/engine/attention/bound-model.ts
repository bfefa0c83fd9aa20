// A loaded model on its device, with the attention that documents are read and asked with.

import type { Backend } from "../../../kernels/index.ts";
import type { LoadedModel } from "../transformer/loaded-model.ts";
import type { TokenCounter } from "../transformer/token-counter.ts";
import type { DocumentBinding } from "./binding.ts";

export interface BoundModel {
  readonly backend: Backend;
  readonly loaded: LoadedModel;
  readonly binding: DocumentBinding;
  readonly counter: TokenCounter;
}
