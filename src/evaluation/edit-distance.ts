// Levenshtein distance in code points, as Python counts characters.
export function editDistance(a: string, b: string): number {
  const [long, short] = [Array.from(a), Array.from(b)].sort((x, y) => y.length - x.length) as [
    string[],
    string[],
  ];
  let previous = Uint32Array.from({ length: short.length + 1 }, (_, j) => j);
  let current = new Uint32Array(short.length + 1);
  long.forEach((character, i) => {
    current[0] = i + 1;
    for (let j = 0; j < short.length; j++) {
      const substituted = previous[j]! + (character === short[j] ? 0 : 1);
      current[j + 1] = Math.min(current[j]! + 1, previous[j + 1]! + 1, substituted);
    }
    [previous, current] = [current, previous];
  });
  return previous[short.length]!;
}
