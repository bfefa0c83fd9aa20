// What products of both kinds end with: bias, the sum so far, and the store.

/** From so many tokens on, rows of W become panels. */
export const PANEL_TOKENS: i32 = 4;

/** Adds what must be added and stores `rows` × `columns` of a tile f32 [.][8]. */
export function finish(
  tile: usize, y: usize, yStride: usize, bias: usize, rows: i32, columns: i32, accumulate: bool,
): void {
  if (columns == 8) {
    let b0 = f32x4.splat(0);
    let b1 = b0;
    if (bias) {
      b0 = v128.load(bias);
      b1 = v128.load(bias, 16);
    }
    for (let r = 0; r < rows; r++, tile += 32, y += yStride) {
      let low = f32x4.add(v128.load(tile), b0);
      let high = f32x4.add(v128.load(tile, 16), b1);
      if (accumulate) {
        low = f32x4.add(low, v128.load(y));
        high = f32x4.add(high, v128.load(y, 16));
      }
      v128.store(y, low);
      v128.store(y, high, 16);
    }
    return;
  }
  for (let r = 0; r < rows; r++, tile += 32, y += yStride) {
    for (let c = 0; c < columns; c++) store1(y + (c << 2), load<f32>(tile + (c << 2)), bias ? bias + (c << 2) : 0, accumulate);
  }
}

// @ts-ignore: AssemblyScript's decorator; TypeScript has none on functions
@inline
export function store1(y: usize, value: f32, bias: usize, accumulate: bool): void {
  if (bias) value += load<f32>(bias);
  if (accumulate) value += load<f32>(y);
  store<f32>(y, value);
}
