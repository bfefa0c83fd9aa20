// One kernel per weight format from one body.
import { defineKernel, type BindingAccess, type Kernel, type ParamType } from "../define-kernel.ts";
import { WEIGHT_FORMATS, type WeightFormat, weightFormats } from "../weights/index.ts";

export function defineForFormats<F extends string>(source: {
  readonly name: string;
  readonly snippets?: readonly string[];
  readonly body: string;
  readonly params: Readonly<Record<F, ParamType>>;
  readonly bindings: readonly BindingAccess[];
}): Readonly<Record<WeightFormat, Kernel<F>>> {
  return Object.fromEntries(
    WEIGHT_FORMATS.map((format) => [
      format,
      defineKernel({
        ...source,
        name: `${source.name} ${format}`,
        snippets: [...(source.snippets ?? []), weightFormats[format].snippet],
      }),
    ]),
  ) as Record<WeightFormat, Kernel<F>>;
}
