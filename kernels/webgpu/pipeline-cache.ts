// Compiled pipelines and bind groups, each made once. Not here: buffers and submissions.

import type { BindingSlice, Variant } from "../backend.ts";
import type { Kernel } from "../define-kernel.ts";
import { native } from "./native-buffer.ts";

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly bindGroups: Map<string, GPUBindGroup>;
}

export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<string, Pipeline>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #ids = new WeakMap<GPUBuffer, number>();
  #nextId = 1;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Compiles variants ahead of use, in parallel with other work. */
  async prepare(variants: readonly Variant[]) {
    await Promise.all(
      variants.map(async ({ kernel, constants }) => {
        const key = pipelineKey(kernel, constants);
        if (this.#pipelines.has(key)) return;
        const [layout, descriptor] = this.#describe(kernel, constants);
        const pipeline = await this.#device.createComputePipelineAsync(descriptor);
        if (!this.#pipelines.has(key)) {
          this.#pipelines.set(key, { pipeline, layout, bindGroups: new Map() });
        }
      }),
    );
  }

  pipelineFor(kernel: Kernel, constants?: Record<string, number>): Pipeline {
    const key = pipelineKey(kernel, constants);
    let entry = this.#pipelines.get(key);
    if (!entry) {
      const [layout, descriptor] = this.#describe(kernel, constants);
      const pipeline = this.#device.createComputePipeline(descriptor);
      entry = { pipeline, layout, bindGroups: new Map() };
      this.#pipelines.set(key, entry);
    }
    return entry;
  }

  /** `params` is bound with a dynamic offset; a kernel sees `paramBytes` of it. */
  bindGroupFor(
    entry: Pipeline,
    kernel: Kernel,
    params: GPUBuffer,
    paramBytes: number,
    slices: readonly BindingSlice[],
  ): GPUBindGroup {
    if (slices.length !== kernel.bindings.length) {
      throw new Error(`${kernel.name}: ${slices.length} buffers for ${kernel.bindings.length}`);
    }
    const key = slices.map((slice) => this.#sliceKey(slice)).join("|");
    let group = entry.bindGroups.get(key);
    if (!group) {
      group = this.#device.createBindGroup({
        label: kernel.name,
        layout: entry.layout,
        entries: [
          { binding: 0, resource: { buffer: params, offset: 0, size: paramBytes } },
          ...slices.map((slice, index) => ({
            binding: index + 1,
            resource:
              "offsetBytes" in slice
                ? { buffer: native(slice.buffer), offset: slice.offsetBytes, size: slice.sizeBytes }
                : { buffer: native(slice) },
          })),
        ],
      });
      entry.bindGroups.set(key, group);
    }
    return group;
  }

  /** Drops the bind groups that name a destroyed buffer: they would hold it alive. */
  forget(buffer: GPUBuffer): void {
    const id = this.#ids.get(buffer);
    if (id === undefined) return; // never bound
    for (const { bindGroups } of this.#pipelines.values()) {
      for (const key of bindGroups.keys()) {
        if (key.split("|").some((part) => part.startsWith(`${id}:`))) bindGroups.delete(key);
      }
    }
  }

  clear(): void {
    this.#pipelines.clear();
  }

  #describe(
    kernel: Kernel,
    constants?: Record<string, number>,
  ): [GPUBindGroupLayout, GPUComputePipelineDescriptor] {
    const layoutKey = kernel.bindings.join();
    let layout = this.#layouts.get(layoutKey);
    if (!layout) {
      layout = this.#device.createBindGroupLayout({
        entries: [
          {
            binding: 0,
            visibility: 4, // GPUShaderStage.COMPUTE
            buffer: { type: "uniform", hasDynamicOffset: true, minBindingSize: 0 },
          },
          ...kernel.bindings.map((access, index) => ({
            binding: index + 1,
            visibility: 4,
            buffer: {
              type: access === "read" ? ("read-only-storage" as const) : ("storage" as const),
            },
          })),
        ],
      });
      this.#layouts.set(layoutKey, layout);
    }
    const module = this.#device.createShaderModule({ label: kernel.name, code: kernel.code });
    return [
      layout,
      {
        label: kernel.name,
        layout: this.#device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: "main", ...(constants ? { constants } : {}) },
      },
    ];
  }

  #sliceKey(slice: BindingSlice): string {
    if (!("offsetBytes" in slice)) return `${this.#idOf(native(slice))}:all`;
    return `${this.#idOf(native(slice.buffer))}:${slice.offsetBytes}+${slice.sizeBytes}`;
  }

  #idOf(buffer: GPUBuffer): number {
    const known = this.#ids.get(buffer);
    if (known !== undefined) return known;
    this.#ids.set(buffer, this.#nextId);
    return this.#nextId++;
  }
}

function pipelineKey(kernel: Kernel, constants?: Record<string, number>): string {
  return constants ? `${kernel.name} ${JSON.stringify(constants)}` : kernel.name;
}
