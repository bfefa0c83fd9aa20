// What the user chose, kept in localStorage so that the theme is known before the first paint.
import * as v from "valibot";

const schema = v.object({
  theme: v.picklist(["system", "light", "dark"]),
  temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(2)),
  maxTokens: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2048)),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4_294_967_295)),
  followUps: v.boolean(),
  engine: v.picklist(["ltri", "infllm", "streaming", "full"]),
  measuredHeads: v.boolean(),
});

export type Settings = v.InferOutput<typeof schema>;
export type Theme = Settings["theme"];

export const DEFAULT_SETTINGS: Settings = {
  theme: "system",
  temperature: 0, // the same question gives the same answer
  maxTokens: 200,
  seed: 1,
  engine: "ltri",
  measuredHeads: false, // the most decided heads found more in the measurements of the embedded model
  followUps: false, // small models answer better without earlier turns in the prompt
};

const KEY = "inkspan-settings";

export type TextStorage = Pick<Storage, "getItem" | "setItem">;

/** Unknown or out-of-range values fall back one by one to their defaults. */
export function parseSettings(value: unknown): Settings {
  const given = typeof value === "object" && value !== null ? value : {};
  const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  for (const [key, entry] of Object.entries(schema.entries)) {
    const result = v.safeParse(entry, (given as Record<string, unknown>)[key]);
    if (result.success) settings[key] = result.output;
  }
  return settings as Settings;
}

export function readSettings(storage: TextStorage): Settings {
  try {
    return parseSettings(JSON.parse(storage.getItem(KEY) ?? "{}"));
  } catch {
    return DEFAULT_SETTINGS; // storage blocked, or not JSON
  }
}

export function writeSettings(storage: TextStorage, settings: Settings): void {
  try {
    storage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // storage blocked or full: the choice holds until the page closes
  }
}
