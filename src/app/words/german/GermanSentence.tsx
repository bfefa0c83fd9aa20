import { inGerman } from "./sentences.ts";

/** What is not the app's own, what a server said for example, stays as it is. */
export default function GermanSentence({ said }: { said: string }) {
  const german = inGerman(said);
  return german ?? <span lang="en">{said}</span>;
}
