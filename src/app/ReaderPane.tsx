// The document's text: virtualised paragraphs, evidence marked, keyboard reachable. The text is drawn
// as text nodes only, so nothing in a document can become markup.
import { useMemo, useState } from "react";
import { selectedDocument, type Highlight } from "../state/index.ts";
import { useActions, useAppState } from "./app-context.ts";
import { formatCount } from "./format.ts";
import { Icon } from "./Icon.tsx";
import { ProblemCard } from "./ProblemCard.tsx";
import { splitParagraphs } from "./paragraphs.ts";
import { SectionPicker } from "./SectionPicker.tsx";
import { type Jump, type Marks, TextView } from "./TextView.tsx";
import { Welcome } from "./Welcome.tsx";

export function ReaderPane() {
  const document = useAppState(selectedDocument);
  const open = useAppState((state) => state.text);
  const highlight = useAppState((state) => state.highlight);
  const known = useAppState((state) => state.documentsKnown);
  const text = open.status === "ready" ? open.text : "";
  const sections = open.status === "ready" ? open.sections : [];
  const paragraphs = useMemo(() => splitParagraphs(text), [text]);
  const shown = document && open.status !== "none" && open.documentId === document.id;
  // Where the reader stands, and the last wish to go elsewhere; both belong to one text.
  const [reading, setReading] = useState({ text, offset: 0 });
  const [jump, setJump] = useState<Jump | null>(null);
  if (reading.text !== text) {
    setReading({ text, offset: 0 });
    setJump(null);
  }
  const marks = document && highlight ? marksIn(highlight, document.id) : null;
  return (
    <section className="column reader" aria-labelledby="reader-heading">
      <div className="pane-header">
        <div>
          <h2 id="reader-heading">{document?.title ?? "Text"}</h2>
          {document && <p className="detail">{formatCount(document.characters)} characters</p>}
        </div>
        {shown && sections.length > 1 && (
          <SectionPicker
            sections={sections}
            offset={reading.offset}
            onGo={(offset) => setJump((last) => ({ offset, visit: (last?.visit ?? 0) + 1 }))}
          />
        )}
        {marks && highlight && <PassageControls highlight={highlight} />}
      </div>
      {!document && known && <Welcome />}
      {shown && open.status === "loading" && <p className="empty">Opening the text…</p>}
      {shown && open.status === "failed" && <ProblemCard error={open.error} />}
      {shown && open.status === "ready" && (
        <TextView
          key={open.documentId}
          text={text}
          paragraphs={paragraphs}
          marks={marks}
          jump={jump}
          onRead={(offset) => setReading({ text, offset })}
        />
      )}
    </section>
  );
}

/** The marks of one document; null when it has none. */
function marksIn({ ranges, active, visit }: Highlight, documentId: string): Marks | null {
  const own = ranges.filter((range) => range.documentId === documentId);
  if (own.length === 0) return null;
  const target = active === null ? undefined : ranges[active];
  const index = target ? own.indexOf(target) : -1;
  return { ranges: own, active: index >= 0 ? index : null, visit };
}

function PassageControls({ highlight }: { highlight: Highlight }) {
  const { showEvidence, clearHighlight } = useActions();
  const { turnId, ranges, active } = highlight;
  const go = (step: number) => {
    const from = active ?? (step > 0 ? -1 : 0);
    showEvidence(turnId, (from + step + ranges.length) % ranges.length);
  };
  return (
    <div className="passages" role="group" aria-label="Passages">
      <span aria-live="polite">
        {active === null
          ? `${ranges.length} ${ranges.length === 1 ? "passage" : "passages"} marked`
          : `Passage ${active + 1} of ${ranges.length}`}
      </span>
      <button
        type="button"
        className="icon-button"
        aria-label="Previous passage"
        onClick={() => go(-1)}
      >
        <Icon name="up" />
      </button>
      <button type="button" className="icon-button" aria-label="Next passage" onClick={() => go(1)}>
        <Icon name="down" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Clear marks"
        onClick={clearHighlight}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
