// Which part of an Office file is which: its relationships say so, names are free (ECMA-376, part 2).
import { type Archive, plainName } from "./archive.ts";
import { attributeOf, decodeXml, findAll, parseXml } from "./xml.ts";

const CONTENT_TYPES = "[Content_Types].xml";
const WORD_TYPE =
  /wordprocessingml\.document\.main|ms-word\.document\.macroEnabled\.main|wordprocessingml\.template\.main/i;

/** Paths of the parts that `part` relates to, by the last word of the relationship's type. */
export async function relatedParts(archive: Archive, part: string): Promise<Map<string, string>> {
  const slash = part.lastIndexOf("/");
  const folder = part.slice(0, slash + 1);
  const path = `${folder}_rels/${part.slice(slash + 1)}.rels`;
  const parts = new Map<string, string>();
  const bytes = await archive.read(path).catch(() => undefined); // damaged: usual names are tried
  if (!bytes) return parts;
  for (const relation of findAll(parseXml(decodeXml(path, bytes)), "Relationship")) {
    const target = relation.attribute("Target") ?? "";
    const type = (relation.attribute("Type") ?? "").split("/").at(-1) ?? "";
    if (target === "" || relation.attribute("TargetMode") === "External" || parts.has(type)) {
      continue;
    }
    const isAbsolute = /^[/\\]/.test(target);
    parts.set(type, plainName(isAbsolute ? target : folder + target));
  }
  return parts;
}

/** The part with the text of a Word file; undefined where the archive is another thing. */
export async function wordMainPart(archive: Archive): Promise<string | undefined> {
  const named = (await relatedParts(archive, "")).get("officeDocument");
  const typed = await partOfType(archive, WORD_TYPE);
  if (named !== undefined && (typed === named || (await looksLikeWord(archive, named))))
    return named;
  if (typed !== undefined) return typed;
  return archive.names.find((name) => /^word\/document\d*\.xml$/i.test(name));
}

async function partOfType(archive: Archive, type: RegExp): Promise<string | undefined> {
  const bytes = await archive.read(CONTENT_TYPES).catch(() => undefined);
  if (!bytes) return undefined;
  const override = findAll(parseXml(decodeXml(CONTENT_TYPES, bytes)), "Override").find((one) =>
    type.test(one.attribute("ContentType") ?? ""),
  );
  const name = override?.attribute("PartName");
  return name === undefined ? undefined : plainName(name);
}

/** By the name of its root element. */
async function looksLikeWord(archive: Archive, part: string): Promise<boolean> {
  const bytes = await archive.read(part).catch(() => undefined);
  if (!bytes) return /(^|\/)word\//i.test(part);
  const head = decodeXml(part, bytes.subarray(0, 2048));
  return /<(?:[\w.-]{1,60}:)?document[\s>]/.test(head);
}

/** Values of `w:val` that switch a property off. */
export function isOff(attributes: Readonly<Record<string, string>>): boolean {
  return /^(0|false|off|none)$/i.test(attributeOf(attributes, "val") ?? "");
}
