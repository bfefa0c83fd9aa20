// Cividis: one ramp from dark blue to yellow that reads the same with any colour vision and in grey.
// A fixed scale from 0 to 100, so that two maps can be compared. Source: Nuñez et al. 2018.

const STOPS: readonly (readonly [number, number, number])[] = [
  [0, 34, 78],
  [18, 53, 112],
  [59, 73, 108],
  [87, 93, 109],
  [112, 113, 115],
  [138, 134, 120],
  [165, 156, 116],
  [195, 179, 105],
  [225, 204, 85],
  [254, 232, 56],
];

function ramp(score: number): [number, number, number] {
  const at = (Math.min(100, Math.max(0, score)) / 100) * (STOPS.length - 1);
  const below = STOPS[Math.floor(at)]!;
  const above = STOPS[Math.ceil(at)]!;
  const part = at - Math.floor(at);
  return [0, 1, 2].map((i) => Math.round(below[i]! + (above[i]! - below[i]!) * part)) as [
    number,
    number,
    number,
  ];
}

export function heatColour(score: number): string {
  return `rgb(${ramp(score).join(" ")})`;
}

/** Black or white, whichever has the higher contrast on the colour of `score`. */
export function heatInk(score: number): "#000000" | "#ffffff" {
  const [r = 0, g = 0, b = 0] = ramp(score).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return luminance > 0.179 ? "#000000" : "#ffffff";
}
