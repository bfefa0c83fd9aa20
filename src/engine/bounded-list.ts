// Lists in JSON of files: a list that is too long, or holds something else, is one finding and stops
// there. A schema that looks at every item makes a finding of each, which takes gigabytes.
import * as v from "valibot";

/** A list of at most `most` items. */
export function boundedList<T>(isItem: (value: unknown) => value is T, most: number) {
  return v.custom<readonly T[]>(
    (value) => Array.isArray(value) && value.length <= most && value.every(isItem),
    `no list of at most ${most} items of the right kind`,
  );
}

export const isNumber = (value: unknown): value is number => typeof value === "number";
export const isText = (value: unknown): value is string => typeof value === "string";
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
