// Where a query stands in the texts of the library: one text is read after the other and forgotten again.
import { useEffect, useState } from "react";
import type { DocumentSummary } from "../../../workers/protocol.ts";
import { useActions } from "../app-context.ts";
import { formatCount } from "../format.ts";
import { findAll } from "../reader/find-text.ts";
import { requestFind } from "../reader/find-request.ts";
import { words } from "../words/index.ts";

interface TextHitsProps {
  readonly query: string;
  readonly documents: readonly DocumentSummary[];
  readonly onOpen: () => void;
}

interface Hit {
  readonly documentId: string;
  readonly title: string;
  readonly count: number;
  readonly places: readonly { readonly start: number; readonly quote: string }[];
}

const PLACES = 3;
const AROUND = 60;

export function TextHits({ query, documents, onOpen }: TextHitsProps) {
  const { readText, select } = useActions();
  const [hits, setHits] = useState<readonly Hit[]>([]);
  const [searching, setSearching] = useState<string | null>(null);
  const list = documents.map((one) => one.id).join(" ");
  useEffect(() => {
    let isWanted = true;
    const search = async () => {
      setHits([]);
      for (const { id, title } of documents) {
        if (!isWanted) return;
        setSearching(title);
        const text = await readText(id).catch(() => ""); // a damaged one has nothing to show
        const { starts, ends } = findAll(text, query, { matchCase: false, wholeWords: false });
        if (!isWanted || starts.length === 0) continue;
        const places = starts.slice(0, PLACES).map((start, index) => ({
          start,
          quote: `…${text.slice(Math.max(0, start - AROUND), (ends[index] ?? start) + AROUND)}…`,
        }));
        const hit = { documentId: id, title, count: starts.length, places };
        setHits((before) => [...before, hit]);
      }
      setSearching(null);
    };
    void search();
    return () => {
      isWanted = false;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `list` stands for the documents: their progress does not matter
  }, [query, list, readText]);
  const { library } = words;
  return (
    <div className="text-hits" role="region" aria-label={library.hits(query)}>
      <p className="detail" role="status">
        {searching !== null && library.searching(searching)}
        {searching === null && hits.length === 0 && library.noHits(query)}
      </p>
      {hits.map(({ documentId, title, count, places }) => (
        <div key={documentId}>
          <h3 dir="auto">{library.hitCount(formatCount(count), title)}</h3>
          {places.map(({ start, quote }) => (
            <button
              key={start}
              type="button"
              dir="auto"
              onClick={() => {
                select(documentId);
                requestFind({ documentId, query, start });
                onOpen();
              }}
            >
              {quote}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}
