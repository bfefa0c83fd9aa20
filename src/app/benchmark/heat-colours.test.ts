import { expect, test } from "vitest";
import { heatColour, heatInk } from "./heat-colours.ts";

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [...colour.matchAll(/\d+/g)].map(([value]) => {
    const share = Number(value) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test("grows lighter with the score, so that grey tells it too", () => {
  const ramp = Array.from({ length: 101 }, (_, score) => luminance(heatColour(score)));
  for (let i = 1; i < ramp.length; i++) expect(ramp[i]).toBeGreaterThanOrEqual(ramp[i - 1]!);
  expect(heatColour(0)).toBe("rgb(0 34 78)");
  expect(heatColour(100)).toBe("rgb(254 232 56)");
  expect(heatColour(-5)).toBe(heatColour(0));
  expect(heatColour(170)).toBe(heatColour(100));
});

test("prints values with a contrast of at least 4.5 on every colour", () => {
  for (let score = 0; score <= 100; score++) {
    const ground = luminance(heatColour(score));
    const ink = heatInk(score) === "#000000" ? 0 : 1;
    const [light, dark] = ground > ink ? [ground, ink] : [ink, ground];
    expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5);
  }
});
