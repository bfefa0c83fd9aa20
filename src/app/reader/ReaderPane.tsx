// The open document: its text, its progress while it is read, its outline, the search in it. The text is
// drawn as text nodes only, so nothing in a document can become markup.
import { useShallow } from "zustand/shallow";
import type { DocumentSummary } from "../../../workers/protocol.ts";
import { selectedDocument } from "../../state/index.ts";
import { useAppState } from "../app-context.ts";
import { isBeingRead, pagesOf, readingFacts } from "../library/reading-facts.ts";
import { ProblemCard } from "../ProblemCard.tsx";
import { ProgressBar } from "../ProgressBar.tsx";
import { words } from "../words/index.ts";
import { DocumentReader } from "./DocumentReader.tsx";
import { Welcome } from "./Welcome.tsx";

export function ReaderPane() {
  const document = useAppState(selectedDocument);
  const open = useAppState((state) => state.text);
  const known = useAppState((state) => state.documentsKnown);
  const shown = document && open.status !== "none" && open.documentId === document.id;
  const heading = (
    <div className="reader-title">
      <h2 id="reader-heading" dir="auto">
        {document?.title ?? words.reader.text}
      </h2>
      {document && <Progress document={document} />}
    </div>
  );
  return (
    <section className="column reader" aria-labelledby="reader-heading">
      {shown && open.status === "ready" ? (
        <DocumentReader
          key={open.documentId}
          documentId={open.documentId}
          text={open.text}
          sections={open.sections}
          heading={heading}
        />
      ) : (
        <div className="pane-header">{heading}</div>
      )}
      {!document && known && <Welcome />}
      {shown && open.status === "loading" && <p className="empty">{words.reader.opening}</p>}
      {shown && open.status === "failed" && <ProblemCard error={open.error} />}
    </section>
  );
}

function Progress({ document }: { document: DocumentSummary }) {
  const { tokens, total, percent, counted, rate, left } = useAppState(
    useShallow((state) => readingFacts(state, document)),
  );
  const { state } = document;
  if (!isBeingRead(state)) {
    return <p className="detail">{pagesOf(document.characters)}</p>;
  }
  return (
    <div className="reader-progress">
      <ProgressBar
        label={`${words.library.states[state]}: ${document.title}`}
        value={tokens}
        max={total}
        text={counted}
      />
      <p className="detail">
        {[words.library.states[state], percent, rate, left].filter(Boolean).join(" · ")}
      </p>
    </div>
  );
}
