// What was filled into a form or typed onto a page: text for a reader, annotations for the file.
import type { TextPiece } from "./pdf-pieces.ts";

/** Annotation flags of PDF 32000-1, 12.5.3: hidden, not viewed. */
const UNSEEN = 0x02 | 0x20;
const MAX_VALUE = 100_000;

/** As pdf.js gives it; what is used of it. */
interface Annotation {
  readonly subtype?: unknown;
  readonly fieldType?: unknown;
  readonly fieldValue?: unknown;
  readonly rect?: unknown;
  readonly annotationFlags?: unknown;
  readonly checkBox?: unknown;
  readonly radioButton?: unknown;
  readonly buttonValue?: unknown;
  readonly exportValue?: unknown;
  readonly password?: unknown;
  readonly options?: unknown;
  readonly contentsObj?: unknown;
  readonly defaultAppearanceData?: unknown;
}

/** Values as pieces at the places of their fields, so that they join the lines of their labels. */
export function piecesOfForm(annotations: readonly unknown[]): TextPiece[] {
  return annotations.flatMap((one) => {
    const annotation = one as Annotation;
    const flags = typeof annotation.annotationFlags === "number" ? annotation.annotationFlags : 0;
    if ((flags & UNSEEN) !== 0) return [];
    const value = valueOf(annotation);
    const rect = rectOf(annotation.rect);
    return value === "" || !rect ? [] : place(value, rect, fontSize(annotation));
  });
}

function valueOf(annotation: Annotation): string {
  const { subtype, fieldType, fieldValue, contentsObj } = annotation;
  if (subtype === "FreeText") return textOf((contentsObj as { str?: unknown } | undefined)?.str);
  if (subtype !== "Widget") return "";
  if (fieldType === "Tx") return annotation.password === true ? "" : textOf(fieldValue);
  if (fieldType === "Ch") {
    const values = Array.isArray(fieldValue) ? fieldValue : [fieldValue];
    return values.map((value) => shownOption(annotation.options, textOf(value))).join(", ");
  }
  if (fieldType !== "Btn") return "";
  if (annotation.checkBox === true) {
    const isOn = fieldValue === annotation.exportValue && textOf(fieldValue) !== "Off";
    return isOn ? "[x]" : "[ ]";
  }
  if (annotation.radioButton === true) {
    return textOf(fieldValue) !== "" && fieldValue === annotation.buttonValue ? "(x)" : "( )";
  }
  return "";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, MAX_VALUE) : "";
}

/** A choice is stored under its code and shown by its name. */
function shownOption(options: unknown, value: string): string {
  if (!Array.isArray(options)) return value;
  const option = (options as { exportValue?: unknown; displayValue?: unknown }[]).find(
    ({ exportValue }) => exportValue === value,
  );
  return textOf(option?.displayValue) || value;
}

type Rect = readonly [left: number, bottom: number, right: number, top: number];

function rectOf(rect: unknown): Rect | undefined {
  if (!Array.isArray(rect) || rect.length !== 4) return undefined;
  return rect.every((n) => typeof n === "number" && Number.isFinite(n))
    ? (rect as unknown as Rect)
    : undefined;
}

function fontSize({ defaultAppearanceData }: Annotation): number | undefined {
  const size = (defaultAppearanceData as { fontSize?: unknown } | undefined)?.fontSize;
  return typeof size === "number" && size > 0 ? size : undefined;
}

function place(
  value: string,
  [left, bottom, right, top]: Rect,
  given: number | undefined,
): TextPiece[] {
  const height = top - bottom;
  const lines = value.split(/\r\n?|\n/);
  const size = given ?? Math.max(4, Math.min(12, (0.7 * height) / lines.length));
  // One line stands in the middle of its field, more begin at the top.
  const first = lines.length === 1 ? bottom + height / 2 - 0.35 * size : top - size;
  return lines.map((str, i) => ({
    str,
    transform: [size, 0, 0, size, left + 2, first - 1.2 * size * i],
    width: Math.min(right - left - 2, 0.5 * size * str.length),
    hasEOL: true,
  }));
}
