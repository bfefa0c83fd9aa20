// A stream without a document, for a model of any family.

import type { Backend } from "../../../../kernels/index.ts";
import type { LoadedModel } from "../../transformer/loaded-model.ts";
import type { TokenCounter } from "../../transformer/token-counter.ts";
import { RecurrentStream, ringDtype } from "../recurrent/recurrent-stream.ts";
import { PlainStream, type PlainStreamShape } from "./plain-stream.ts";
import type { TokenStream } from "./token-stream.ts";

export function openStream(
  backend: Backend,
  loaded: LoadedModel,
  counter: TokenCounter,
  shape: PlainStreamShape,
): TokenStream {
  if (!loaded.model.config.recurrent) return new PlainStream(backend, loaded, counter, shape);
  const { chunk, logitRows, kvDtype } = shape;
  const ring = ringDtype(kvDtype);
  return new RecurrentStream(backend, loaded, counter, { chunk, logitRows, ring });
}
