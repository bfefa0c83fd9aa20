// Small PDF files for tests, written by hand: standard font, uncompressed, one content stream a page.
import { createHash } from "node:crypto";

interface PdfText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size?: number;
}

interface PdfOptions {
  readonly title?: string;
  /** Number the first so many pages i, ii, iii …, and the rest from 1. */
  readonly romanPages?: number;
  /** Asks for this password before anything can be read. */
  readonly password?: string;
  /** Bodies of annotations on the first page. */
  readonly annotations?: readonly string[];
}

export function buildPdf(
  pages: readonly (readonly PdfText[])[],
  options: PdfOptions = {},
): Uint8Array<ArrayBuffer> {
  const objects: string[] = [];
  const add = (body: string) => objects.push(body); // returns the object's number
  const catalog = add(""); // 1
  const tree = add(""); // 2
  const font = add(
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
  );
  const notes = (options.annotations ?? []).map((body) => `${add(body)} 0 R`).join(" ");
  const kids = pages.map((texts, index) => {
    const drawing = texts.map(
      ({ text, x, y, size = 11 }) =>
        `BT /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${escape(text)}) Tj ET`,
    );
    // A frame, so that a page without text is not an empty one.
    const content = ["20 20 570 800 re S", ...drawing].join("\n");
    const stream = add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    return add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 612 842] /Contents ${stream} 0 R ` +
        (index === 0 && notes ? `/Annots [${notes}] ` : "") +
        `/Resources << /Font << /F1 ${font} 0 R >> >> >>`,
    );
  });
  const info = add(`<< /Title (${escape(options.title ?? "")}) >>`);
  const roman = options.romanPages ?? 0;
  const labels = roman > 0 ? `/PageLabels << /Nums [0 << /S /r >> ${roman} << /S /D >>] >>` : "";
  objects[catalog - 1] =
    `<< /Type /Catalog /Pages ${tree} 0 R ${labels} ${notes && `/AcroForm << /Fields [${notes}] >>`} >>`;
  objects[tree - 1] =
    `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(" ")}] >>`;
  const encrypt = options.password === undefined ? undefined : add(lock(options.password));

  let file = "%PDF-1.4\n";
  const offsets = objects.map((body, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const table = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const at of offsets) file += `${String(at).padStart(10, "0")} 00000 n \n`;
  const protection = encrypt ? `/Encrypt ${encrypt} 0 R` : "";
  file += `trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R /Info ${info} 0 R /ID [<${ID}> <${ID}>] ${protection} >>\nstartxref\n${table}\n%%EOF\n`;
  return Uint8Array.from(file, (character) => character.charCodeAt(0));
}

/** Lines below each other as one page of text. */
export function textPage(lines: readonly string[], spacing = 14): PdfText[] {
  return lines.map((text, index) => ({ text, x: 72, y: 760 - index * spacing }));
}

function escape(text: string): string {
  return text.replace(/[\\()]/g, "\\$&");
}

const ID = "00112233445566778899aabbccddeeff";
const PADDING = Buffer.from(
  "28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a",
  "hex",
);

/** Standard security handler, revision 2 (PDF 1.4 reference, 3.5.2): 40-bit RC4. */
function lock(password: string): string {
  const padded = Buffer.concat([Buffer.from(password, "latin1"), PADDING]).subarray(0, 32);
  const owner = rc4(md5(padded).subarray(0, 5), padded);
  const permissions = Buffer.from([0xfc, 0xff, 0xff, 0xff]); // -4
  const key = md5(Buffer.concat([padded, owner, permissions, Buffer.from(ID, "hex")]));
  const user = rc4(key.subarray(0, 5), PADDING);
  return `<< /Filter /Standard /V 1 /R 2 /P -4 /O <${owner.toString("hex")}> /U <${user.toString("hex")}> >>`;
}

function md5(bytes: Buffer): Buffer {
  return createHash("md5").update(bytes).digest();
}

function rc4(key: Buffer, input: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  let j = 0;
  const swap = (a: number, b: number) => ([state[a], state[b]] = [state[b]!, state[a]!]);
  for (let i = 0; i < 256; i++) swap(i, (j = (j + state[i]! + key[i % key.length]!) & 255));
  let i = 0;
  j = 0;
  return Buffer.from(
    input.map((byte) => {
      i = (i + 1) & 255;
      swap(i, (j = (j + state[i]!) & 255));
      return byte ^ state[(state[i]! + state[j]!) & 255]!;
    }),
  );
}
