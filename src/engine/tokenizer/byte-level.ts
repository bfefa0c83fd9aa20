// The alphabet of byte-level BPE: every byte is written as one printable character (GPT-2).

/** [256] */
export const byteCharacters: readonly string[] = (() => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let extra = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : 256 + extra++),
  );
})();

const bytesOfCharacters = new Map(byteCharacters.map((character, byte) => [character, byte]));

/** The bytes a token text stands for; undefined when it has characters outside the alphabet. */
export function bytesOfText(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const byte = bytesOfCharacters.get(text[i]!);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

export const textOfBytes = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) text += byteCharacters[byte]!;
  return text;
};
