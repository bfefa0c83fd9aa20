// All parts of the open text beside it, and the way to a page, a heading or a share of it.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import type { Section } from "../../../workers/protocol.ts";
import { words } from "../words/index.ts";
import { placeFor, sectionAt } from "./outline.ts";

interface OutlinePanelProps {
  readonly sections: readonly Section[];
  readonly characters: number;
  /** Offset of the text in view. */
  readonly offset: number;
  readonly onGo: (offset: number) => void;
}

const ROW_PX = 40;

export function OutlinePanel({ sections, characters, offset, onGo }: OutlinePanelProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [wish, setWish] = useState("");
  const [failed, setFailed] = useState(false);
  const current = sectionAt(sections, offset);
  const rows = useVirtualizer({
    count: sections.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  useEffect(() => {
    if (current >= 0) rows.scrollToIndex(current, { align: "auto" });
  }, [current, rows]);
  return (
    <nav className="outline" aria-label={words.reader.outline}>
      <form
        className="go-to"
        onSubmit={(event) => {
          event.preventDefault();
          const place = placeFor(wish, sections, characters);
          setFailed(place === undefined);
          if (place !== undefined) onGo(place);
        }}
      >
        <input
          type="text"
          aria-label={words.reader.goTo}
          placeholder={words.reader.goToHint}
          value={wish}
          aria-invalid={failed}
          onChange={(event) => {
            setWish(event.target.value);
            setFailed(false);
          }}
        />
        <button type="submit" className="button">
          {words.reader.goTo}
        </button>
        <span className="detail" role="status">
          {failed && words.reader.noSuchPlace}
        </span>
      </form>
      <div ref={scroller} className="outline-list">
        <ol style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const section = sections[row.index];
            if (!section) return null;
            return (
              <li key={section.start} style={{ transform: `translateY(${row.start}px)` }}>
                <button
                  type="button"
                  dir="auto"
                  title={section.label}
                  aria-current={row.index === current ? "location" : undefined}
                  onClick={() => onGo(section.start)}
                >
                  {section.label}
                </button>
              </li>
            );
          })}
        </ol>
      </div>
    </nav>
  );
}
