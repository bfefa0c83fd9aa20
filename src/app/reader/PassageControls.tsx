// The way from one passage of an answer to the next, also into another document.
import type { Highlight } from "../../state/index.ts";
import { useActions } from "../app-context.ts";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words/index.ts";

export function PassageControls({ highlight }: { highlight: Highlight }) {
  const { showEvidence, clearHighlight } = useActions();
  const { turnId, ranges, active } = highlight;
  const go = (step: number) => {
    const from = active ?? (step > 0 ? -1 : 0);
    showEvidence(turnId, (from + step + ranges.length) % ranges.length);
  };
  const { reader } = words;
  return (
    <div className="passages" role="group" aria-label={reader.passages}>
      <span aria-live="polite">
        {active === null
          ? reader.marked(ranges.length)
          : reader.passageOf(String(active + 1), String(ranges.length))}
      </span>
      <IconButton icon="up" label={reader.previousPassage} onClick={() => go(-1)} />
      <IconButton icon="down" label={reader.nextPassage} onClick={() => go(1)} />
      <IconButton icon="close" label={reader.clearMarks} onClick={clearHighlight} />
    </div>
  );
}
