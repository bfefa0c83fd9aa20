// One text with everything to walk through it. Made anew for every document.
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useShallow } from "zustand/shallow";
import type { Section } from "../../../workers/protocol.ts";
import type { Highlight } from "../../state/index.ts";
import { useActions, useAppState } from "../app-context.ts";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words/index.ts";
import { AppearanceMenu } from "./AppearanceMenu.tsx";
import { FindBar } from "./FindBar.tsx";
import { requestFind, useFindRequest } from "./find-request.ts";
import { looksLikeMarkdown, splitMarkdown } from "./markdown-text.ts";
import { detectOutline } from "./outline.ts";
import { OutlinePanel } from "./OutlinePanel.tsx";
import { type Mark, splitParagraphs } from "./paragraphs.ts";
import { PassageControls } from "./PassageControls.tsx";
import { SectionPicker } from "./SectionPicker.tsx";
import { type Jump, TextView } from "./TextView.tsx";
import { useFind } from "./use-find.ts";

interface DocumentReaderProps {
  readonly documentId: string;
  readonly text: string;
  /** Its pages or chapters; empty for one that has none. */
  readonly sections: readonly Section[];
  readonly heading: ReactNode;
}

const KEEP_PLACE_MS = 250;
/** There the outline lies over the text (reader.css). */
const OVER_TEXT = "(max-width: 1150px)";

export function DocumentReader({ documentId, text, sections, heading }: DocumentReaderProps) {
  const { placeOf, keepPlace, readerMoved } = useActions();
  const highlight = useAppState((state) => state.highlight);
  const look = useAppState(
    useShallow(({ settings }) => ({ size: settings.textSize, width: settings.textWidth })),
  );
  const [offset, setOffset] = useState(() => placeOf(documentId));
  const [outlineOpen, setOutlineOpen] = useState(false);
  const [asWritten, setAsWritten] = useState(false);
  const isMarkdown = useMemo(() => looksLikeMarkdown(text), [text]);
  const isDrawn = isMarkdown && !asWritten;
  const outline = useMemo(
    () => (sections.length > 0 ? sections : detectOutline(text)),
    [sections, text],
  );
  const breaks = useMemo(() => breaksOf(text, sections), [text, sections]);
  const headings = useMemo(() => new Set(outline.map((one) => one.start)), [outline]);
  const paragraphs = useMemo(
    () => (isDrawn ? splitMarkdown(text) : splitParagraphs(text, [...breaks.keys()])),
    [text, isDrawn, breaks],
  );
  const find = useFind(text);
  const evidence = useMemo(() => marksIn(highlight, documentId), [highlight, documentId]);

  const [jump, setJump] = useState<Jump | null>(() =>
    offset > 0 ? { offset, visit: 0, toMark: null } : null,
  );
  const go = useCallback((to: number, toMark: Jump["toMark"] = null) => {
    setJump((last) => ({ offset: to, visit: (last?.visit ?? 0) + 1, toMark }));
  }, []);

  // A passage of an answer, whenever it is asked for, and the match one stands at.
  const passageStart = evidence.find((mark) => mark.kind === "passage")?.start;
  const match = find.matches.starts[find.active];
  const wish = { visit: highlight?.visit ?? 0, passage: passageStart, match };
  const [followed, setFollowed] = useState<typeof wish | null>(null);
  const isNewPassage = wish.visit !== followed?.visit || wish.passage !== followed.passage;
  if (isNewPassage || wish.match !== followed?.match) {
    setFollowed(wish);
    if (isNewPassage && passageStart !== undefined) go(passageStart, "passage");
    else if (match !== undefined) go(match, "current");
  }

  const { open: openFind, close: closeFind, look: lookFor, isOpen } = find;
  useFindShortcut(openFind);
  const request = useFindRequest((state) => state.request);
  useEffect(() => {
    if (request?.documentId !== documentId) return;
    lookFor(request.query, { matchCase: false, wholeWords: false }, request.start);
    requestFind(null);
  }, [request, documentId, lookFor]);

  // Where one reads is kept when the text has come to rest, and when the page goes.
  const last = useRef(offset);
  const onRead = useCallback((next: number) => {
    last.current = next;
    setOffset(next);
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => keepPlace(documentId, offset), KEEP_PLACE_MS);
    return () => clearTimeout(timer);
  }, [documentId, offset, keepPlace]);
  useEffect(() => {
    const keep = () => keepPlace(documentId, last.current);
    addEventListener("pagehide", keep);
    return () => {
      removeEventListener("pagehide", keep);
      keep();
    };
  }, [documentId, keepPlace]);

  const hasOutline = outline.length > 1;
  return (
    <>
      <div className="pane-header">
        {heading}
        {highlight && evidence.length > 0 && <PassageControls highlight={highlight} />}
        {hasOutline && <SectionPicker sections={outline} offset={offset} onGo={go} />}
        <div className="reader-buttons">
          <IconButton
            icon="list"
            label={words.reader.outline}
            expanded={outlineOpen}
            onClick={() => setOutlineOpen(!outlineOpen)}
          />
          <IconButton
            icon="search"
            label={words.reader.find}
            expanded={isOpen}
            onClick={isOpen ? closeFind : openFind}
          />
          <AppearanceMenu
            source={
              isMarkdown
                ? { isShown: asWritten, onToggle: () => setAsWritten(!asWritten) }
                : undefined
            }
          />
        </div>
      </div>
      {isOpen && (
        <FindBar
          query={find.query}
          options={find.options}
          count={find.matches.starts.length}
          active={find.active}
          visit={find.focusVisit}
          onQuery={(query) => lookFor(query, find.options, offset)}
          onOptions={(options) => lookFor(find.query, options, offset)}
          onStep={find.step}
          onClose={closeFind}
        />
      )}
      <div className="reader-body">
        {outlineOpen && (
          <OutlinePanel
            sections={outline}
            characters={text.length}
            offset={offset}
            onGo={(to) => {
              go(to);
              if (matchMedia(OVER_TEXT).matches) setOutlineOpen(false);
            }}
          />
        )}
        <TextView
          text={text}
          paragraphs={paragraphs}
          isMarkdown={isDrawn}
          breaks={breaks}
          headings={headings}
          evidence={evidence}
          found={find.marks}
          jump={jump}
          look={look}
          onRead={onRead}
          onMoved={readerMoved}
        />
      </div>
    </>
  );
}

/** Sections whose labels a reader would not find in the text: pages of a PDF, unnamed chapters. */
function breaksOf(text: string, sections: readonly Section[]): ReadonlyMap<number, Section> {
  const letters = (value: string) => value.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const missing = sections.filter(({ start, label }) => {
    const beginning = letters(text.slice(start, start + label.length * 2 + 20));
    const named = letters(label.slice(label.lastIndexOf(":") + 1));
    return named === "" || !beginning.includes(named.slice(0, 20));
  });
  return new Map(missing.map((section) => [section.start, section]));
}

/** The evidence that stands in this document, in its order. */
function marksIn(highlight: Highlight | null, documentId: string): readonly Mark[] {
  if (!highlight) return [];
  return highlight.ranges
    .map((range, index) => ({ range, isActive: index === highlight.active }))
    .filter(({ range }) => range.documentId === documentId)
    .map(({ range: { start, end }, isActive }) => ({
      start,
      end,
      kind: isActive ? ("passage" as const) : ("evidence" as const),
    }))
    .sort((a, b) => a.start - b.start);
}

/** Ctrl+F opens the search; once more, from its field, and the browser's own takes over. */
function useFindShortcut(open: () => void): void {
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "f")
        return;
      const { activeElement } = document;
      if (document.querySelector("dialog[open]") || activeElement?.closest(".find-bar")) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
