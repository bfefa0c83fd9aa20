// What the user chose, kept in localStorage so that the theme is known before the first paint.
import {
  ANSWER_MODES,
  ANSWER_STYLES,
  DEFAULT_ANSWER_MODE,
  DEFAULT_ENGINE,
  DEVICE_CHOICES,
  ENGINE_NAMES,
  MAX_INSTRUCTIONS,
} from "../../workers/protocol.ts";
import * as v from "valibot";

const server = v.object({
  isOn: v.boolean(),
  address: v.pipe(v.string(), v.maxLength(2000)),
  model: v.pipe(v.string(), v.maxLength(500)),
  /** What its model reads at once, where the server does not say. */
  contextTokens: v.nullable(
    v.pipe(v.number(), v.integer(), v.minValue(512), v.maxValue(10_000_000)),
  ),
  keepsKey: v.boolean(),
  /** No model is loaded here: passages are found by words alone. */
  withoutModel: v.optional(v.boolean(), false),
  /** Empty unless it is kept. */
  key: v.pipe(v.string(), v.maxLength(2000)),
});

const schema = v.object({
  language: v.picklist(["system", "en", "de"]),
  theme: v.picklist(["system", "light", "dark"]),
  temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(2)),
  maxTokens: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2048)),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4_294_967_295)),
  followUps: v.boolean(),
  /** First questions to a document are made in idle time, and shown. */
  suggestions: v.boolean(),
  answerStyle: v.picklist(ANSWER_STYLES),
  /** What every answer is to keep to, in the person's own words. */
  instructions: v.pipe(v.string(), v.maxLength(MAX_INSTRUCTIONS)),
  /** From the index alone, or by reading the passages found again. */
  answerMode: v.picklist(ANSWER_MODES),
  device: v.picklist(DEVICE_CHOICES),
  /** The larger model that comes with the page works with its reader adapter. */
  readerAdapter: v.boolean(),
  engine: v.picklist(ENGINE_NAMES),
  measuredHeads: v.boolean(),
  /** Of the reader, in pixels. */
  textSize: v.pipe(v.number(), v.integer(), v.minValue(13), v.maxValue(28)),
  textWidth: v.picklist(["narrow", "medium", "wide"]),
  /** Keeps the screen on while a document is read. */
  keepAwake: v.boolean(),
  /** Tells by a notification of the system when a document has been read. */
  notify: v.boolean(),
  sort: v.picklist(["newest", "title", "size"]),
  /** A model server that answers instead of the loaded model. */
  server,
  /** Addresses of servers that questions and passages may go to. */
  agreedServers: v.pipe(v.array(v.pipe(v.string(), v.maxLength(2000))), v.maxLength(100)),
});

export type Settings = v.InferOutput<typeof schema>;
export type ServerSettings = v.InferOutput<typeof server>;
export type Theme = Settings["theme"];
export type Sort = Settings["sort"];
export type TextWidth = Settings["textWidth"];

export const DEFAULT_SETTINGS: Settings = {
  language: "system",
  theme: "system",
  temperature: 0, // the same question gives the same answer
  maxTokens: 200,
  seed: 1,
  answerStyle: "brief",
  instructions: "",
  answerMode: DEFAULT_ANSWER_MODE,
  device: "auto",
  readerAdapter: true,
  engine: DEFAULT_ENGINE,
  measuredHeads: false, // the most decided heads found more in the measurements of the embedded model
  followUps: true, // as every chat does
  suggestions: true,
  textSize: 17,
  textWidth: "medium",
  keepAwake: true,
  notify: false,
  sort: "newest",
  server: {
    isOn: false,
    address: "",
    model: "",
    contextTokens: null,
    keepsKey: false,
    withoutModel: false,
    key: "",
  },
  agreedServers: [],
};

const KEY = "inkspan-settings";

export type TextStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

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
