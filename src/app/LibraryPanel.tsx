import { AddDocument } from "./AddDocument.tsx";
import { useAppState } from "./app-context.ts";
import { DocumentCard } from "./DocumentCard.tsx";
import { TransferList } from "./TransferList.tsx";

export function LibraryPanel({ onOpen }: { onOpen: () => void }) {
  const documents = useAppState((state) => state.documents);
  const known = useAppState((state) => state.documentsKnown);
  return (
    <section className="panel library" aria-labelledby="library-heading">
      <h2 id="library-heading">Library</h2>
      <AddDocument />
      <TransferList />
      {known && documents.length === 0 && (
        <p className="empty">
          No documents yet. Drop a PDF, EPUB, Word, web or text file anywhere on this page, paste
          text, or begin with the sample book. Everything stays on this computer.
        </p>
      )}
      {documents.length > 0 && (
        <ul className="documents" aria-label="Documents">
          {documents.map((document) => (
            <DocumentCard key={document.id} document={document} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </section>
  );
}
