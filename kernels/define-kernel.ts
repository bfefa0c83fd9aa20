// What a kernel is: WGSL text, the fields of its uniform block, its bindings, its compile-time
// constants. The `Params` struct and binding 0 are generated from the field list, so TypeScript and
// WGSL cannot disagree about the layout. Not here: compiling and dispatching (backend.ts).

export type ParamType = "u32" | "i32" | "f32";
export type BindingAccess = "read" | "write";

export interface Kernel<F extends string = string> {
  readonly name: string;
  /** Complete WGSL: generated Params struct, snippets, body. Entry point `main`. */
  readonly code: string;
  readonly fields: readonly (readonly [F, ParamType])[];
  /** Access of bindings 1…n in order; binding 0 is always the uniform Params block. */
  readonly bindings: readonly BindingAccess[];
}

export interface KernelSource<F extends string> {
  readonly name: string;
  /** Snippets that stand before the body, in order (shared/*.wgsl texts). */
  readonly snippets?: readonly string[];
  readonly body: string;
  readonly params: Readonly<Record<F, ParamType>>;
  readonly bindings: readonly BindingAccess[];
}

/**
 * At most 64 scalar fields: a parameter slot is 256 bytes. A bundler drops the kernels that nothing uses.
 * @__NO_SIDE_EFFECTS__
 */
export function defineKernel<F extends string>(source: KernelSource<F>): Kernel<F> {
  const fields = Object.entries(source.params) as [F, ParamType][];
  if (fields.length === 0 || fields.length > 64) {
    throw new Error(`kernel ${source.name}: ${fields.length} parameter fields, 1 to 64 allowed`);
  }
  const struct = fields.map(([name, type]) => `  ${name}: ${type},`).join("\n");
  const head = `struct Params {\n${struct}\n}\n@group(0) @binding(0) var<uniform> params: Params;\n`;
  const code = [head, ...(source.snippets ?? []), source.body].join("\n");
  return { name: source.name, code, fields, bindings: source.bindings };
}

/** Writes `values` in declared order; throws on a value that is not finite or does not fit its type. */
export function writeParams<F extends string>(
  kernel: Kernel<F>,
  values: Readonly<Record<F, number>>,
  target: DataView,
  offsetBytes: number,
): void {
  kernel.fields.forEach(([name, type], index) => {
    const value = values[name];
    const at = offsetBytes + index * 4;
    if (type === "f32") {
      if (!Number.isFinite(value)) throw new Error(`${kernel.name}: ${name} is ${value}`);
      target.setFloat32(at, value, true);
      return;
    }
    const low = type === "u32" ? 0 : -0x80000000;
    const high = type === "u32" ? 0xffffffff : 0x7fffffff;
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new Error(`${kernel.name}: ${name} is ${value}, not a ${type}`);
    }
    if (type === "u32") target.setUint32(at, value, true);
    else target.setInt32(at, value, true);
  });
}
