// Rotary frequencies of a plain base, for tests and benchmarks; the engine's come from the model file.

/** f64 [rotaryDims / 2] */
export function plainFrequencies(theta: number, rotaryDims: number): Float64Array {
  return Float64Array.from({ length: rotaryDims / 2 }, (_, i) => theta ** ((-2 * i) / rotaryDims));
}
