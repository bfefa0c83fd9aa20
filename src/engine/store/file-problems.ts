// What can be wrong with a document file, in words for people.
import { EngineError } from "../errors.ts";

export function invalid(problem: string): EngineError {
  return new EngineError("format-invalid", `The document file cannot be used: ${problem}.`);
}

export function wrongChecksum(part: string): EngineError {
  return new EngineError(
    "checksum-mismatch",
    `The document file is damaged: its ${part} fails the checksum. Fetch or copy the file again.`,
  );
}

export function anotherFormat(): EngineError {
  return new EngineError(
    "format-unsupported",
    "The document file was written by another version of Inkspan. Export it again with this one, or add the text itself.",
  );
}
