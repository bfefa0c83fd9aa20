// One thread per item of a list of any length: the grid is folded into two dimensions (grid.ts).
// The workgroup size must be 64.
fn linear_index(id: vec3<u32>, groups: vec3<u32>) -> u32 {
  return id.y * groups.x * 64u + id.x;
}
