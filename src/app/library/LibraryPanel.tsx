// The library: ways in, search, what is shown and in which order, and actions on several documents.
import { useState } from "react";
import type { DocumentSummary } from "../../../workers/protocol.ts";
import { openCollection, type Sort } from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { Icon } from "../Icon.tsx";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words/index.ts";
import { AddDocument } from "./AddDocument.tsx";
import { CollectionBar } from "./CollectionBar.tsx";
import { DocumentCard } from "./DocumentCard.tsx";
import { SelectionBar } from "./SelectionBar.tsx";
import { TextHits } from "./TextHits.tsx";
import { TransferList } from "./TransferList.tsx";

const ORDERS: Record<Sort, (a: DocumentSummary, b: DocumentSummary) => number> = {
  newest: (a, b) => b.createdAt - a.createdAt,
  title: (a, b) => a.title.localeCompare(b.title),
  size: (a, b) => b.characters - a.characters,
};

/** What is being read stands above what is not, so that its progress is in sight. */
function unfinishedFirst(a: DocumentSummary, b: DocumentSummary): number {
  const rank = ({ state }: DocumentSummary) => (state === "ingesting" ? 0 : 1);
  return rank(a) - rank(b);
}

export function LibraryPanel({ onOpen }: { onOpen: () => void }) {
  const all = useAppState((state) => state.documents);
  const known = useAppState((state) => state.documentsKnown);
  const sort = useAppState((state) => state.settings.sort);
  const collection = useAppState(openCollection);
  const { changeSettings } = useActions();
  const [query, setQuery] = useState("");
  const [textQuery, setTextQuery] = useState("");
  const [selection, setSelection] = useState<readonly string[] | null>(null);
  const inCollection = collection
    ? all.filter((one) => collection.documentIds.includes(one.id))
    : all;
  const wanted = query.trim().toLowerCase();
  const shown = inCollection
    .filter((one) => one.title.toLowerCase().includes(wanted))
    .sort((a, b) => unfinishedFirst(a, b) || ORDERS[sort](a, b));
  const ticked = selection?.filter((id) => all.some((one) => one.id === id)) ?? null;
  return (
    <section className="panel library" aria-labelledby="library-heading">
      <div className="library-head">
        <h2 id="library-heading">{words.library.title}</h2>
        {all.length > 1 && (
          <button
            type="button"
            className="quiet"
            aria-pressed={ticked !== null}
            onClick={() => setSelection(ticked ? null : [])}
          >
            {ticked ? words.library.endSelect : words.library.select}
          </button>
        )}
      </div>
      <AddDocument />
      <CollectionBar />
      {all.length > 0 && (
        <form
          className="library-search"
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            setTextQuery(query.trim());
          }}
        >
          <Icon name="search" />
          <input
            type="search"
            value={query}
            aria-label={words.library.search}
            placeholder={words.library.searchHint}
            onChange={(event) => {
              setQuery(event.target.value);
              setTextQuery("");
            }}
          />
          {query && (
            <IconButton
              icon="close"
              label={words.library.clearSearch}
              onClick={() => {
                setQuery("");
                setTextQuery("");
              }}
            />
          )}
          {all.length > 1 && (
            <select
              aria-label={words.library.sort}
              value={sort}
              onChange={(event) => changeSettings({ sort: event.target.value as Sort })}
            >
              {Object.entries(words.library.sorts).map(([id, label]) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
          )}
          {query && (
            <button type="submit" className="button search-texts">
              {words.library.searchTexts}
            </button>
          )}
        </form>
      )}
      {textQuery && <TextHits query={textQuery} documents={inCollection} onOpen={onOpen} />}
      {ticked && <SelectionBar ticked={ticked} onDone={() => setSelection(null)} />}
      <TransferList />
      {known && all.length === 0 && <p className="empty">{words.library.empty}</p>}
      {collection && inCollection.length === 0 && (
        <p className="empty">{words.library.emptyCollection}</p>
      )}
      {wanted && shown.length === 0 && <p className="empty">{words.library.noTitle}</p>}
      {shown.length > 0 && (
        <ul className="documents" aria-label={words.library.documents}>
          {shown.map((document) => (
            <DocumentCard
              key={document.id}
              document={document}
              ticked={ticked && ticked.includes(document.id)}
              onTick={(on) => {
                const others = ticked?.filter((id) => id !== document.id) ?? [];
                setSelection(on ? [...others, document.id] : others);
              }}
              onOpen={onOpen}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
