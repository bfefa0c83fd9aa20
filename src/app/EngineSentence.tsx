// What the engine said of a failure, in the page's language.
import { lazy, Suspense } from "react";
import { words } from "./words/index.ts";

const GermanSentence = lazy(() => import("./words/german/GermanSentence.tsx"));

export function EngineSentence({ said }: { said: string }) {
  if (words.language === "en") return said;
  return (
    <Suspense>
      <GermanSentence said={said} />
    </Suspense>
  );
}
