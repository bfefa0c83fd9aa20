// Grids longer than 65,535 workgroups are folded into two dimensions.

/** At least `groups` workgroups, numbered id.y * num_workgroups.x + id.x. */
export function foldGrid(groups: number): [number, number] {
  if (groups <= 65535) return [groups, 1];
  const rows = Math.ceil(groups / 65535);
  return [Math.ceil(groups / rows), rows];
}

/** Workgroups of 64 threads over `threads` items; the WGSL side is linear-index.wgsl. */
export function linearGrid(threads: number): [number, number] {
  return foldGrid(Math.ceil(threads / 64));
}

export function assertQuads(kernel: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(sizes)) {
    if (value % 4 !== 0) throw new Error(`${kernel}: ${name} is ${value}, not a multiple of 4`);
  }
}
