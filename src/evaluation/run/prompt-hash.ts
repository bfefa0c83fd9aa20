// Identity of a prompt: equal hashes mean that the same was asked, in any host.

import { sha256 } from "../../engine/model/fingerprint.ts";
import type { BuiltItem } from "../types.ts";

type Prompt = Pick<BuiltItem, "document" | "question" | "answerStart">;

/** SHA-256 of document, question and answer start. */
export function promptSha256({ document, question, answerStart }: Prompt): Promise<string> {
  return sha256(new TextEncoder().encode(JSON.stringify([document, question, answerStart])));
}
