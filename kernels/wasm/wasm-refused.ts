/** Why the host cannot run the kernels: it has no (SIMD) WebAssembly, or its policy forbids compiling. */
export class WasmRefused extends Error {
  override readonly name = "WasmRefused";
  readonly reason: "missing" | "forbidden";
  constructor(reason: "missing" | "forbidden", message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
