// The scrolling text. Heights are estimated from lengths and measured when drawn, so a scroll to a
// far passage goes to its paragraph first and to the mark itself once that is drawn.
import { useVirtualizer } from "@tanstack/react-virtual";
import { lazy, Suspense, useEffect, useLayoutEffect, useRef } from "react";
import type { Section } from "../../../workers/protocol.ts";
import type { TextWidth } from "../../state/index.ts";
import { words } from "../words/index.ts";
import { MarkedText } from "./MarkedText.tsx";
import { type Mark, paragraphAt, type Paragraph } from "./paragraphs.ts";
import { ScrollMarks } from "./ScrollMarks.tsx";

const MarkdownBlock = lazy(() => import("./MarkdownBlock.tsx"));

/** A wish to see the text at an offset; `visit` grows with every wish. */
export interface Jump {
  readonly offset: number;
  readonly visit: number;
  /** To a mark, which is put into the upper half; otherwise the paragraph goes to the top. */
  readonly toMark: "passage" | "current" | null;
}

export interface TextLook {
  readonly size: number;
  readonly width: TextWidth;
}

interface TextViewProps {
  readonly text: string;
  readonly paragraphs: readonly Paragraph[];
  readonly isMarkdown: boolean;
  /** Pages and chapters whose labels do not stand in the text, by their start. */
  readonly breaks: ReadonlyMap<number, Section>;
  readonly headings: ReadonlySet<number>;
  /** In ascending order of their starts. */
  readonly evidence: readonly Mark[];
  readonly found: readonly Mark[];
  readonly jump: Jump | null;
  readonly look: TextLook;
  /** Told the offset of the first paragraph in view. */
  readonly onRead: (offset: number) => void;
  /** The user has moved the text. */
  readonly onMoved: () => void;
}

const WIDTHS: Record<TextWidth, number> = { narrow: 32, medium: 40, wide: 56 };
const LINE_HEIGHT = 1.66;
const PARAGRAPH_GAP_PX = 16;
const CHARACTER_WIDTH = 0.47; // of the font size, on average
const SIDE_PX = 48;
const HEADING_LENGTH = 60;
/** Paragraphs above are still being measured during the first frames and push the target away. */
const SETTLING_FRAMES = 12;

export function TextView(props: TextViewProps) {
  const { text, paragraphs, isMarkdown, breaks, headings, evidence, found, jump, look } = props;
  const { onRead, onMoved } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const columnPx = WIDTHS[look.width] * look.size;
  const virtualizer = useVirtualizer({
    count: paragraphs.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const paragraph = paragraphs[index];
      const width = Math.min(scroller.current?.clientWidth ?? 640, columnPx + SIDE_PX) - SIDE_PX;
      const perLine = Math.max(20, width / (look.size * CHARACTER_WIDTH));
      const length = paragraph ? paragraph.end - paragraph.start : 0;
      return Math.ceil(length / perLine) * look.size * LINE_HEIGHT + PARAGRAPH_GAP_PX;
    },
    overscan: 8,
  });

  // Another size or width makes every height another one; the text in view stays.
  const shown = useRef(0);
  const looked = `${look.size} ${look.width}`;
  const measured = useRef(looked);
  useLayoutEffect(() => {
    if (measured.current === looked) return;
    measured.current = looked;
    virtualizer.measure();
    virtualizer.scrollToIndex(paragraphAt(paragraphs, shown.current), { align: "start" });
  }, [looked, paragraphs, virtualizer]);

  useEffect(() => {
    if (!jump) return;
    const index = paragraphAt(paragraphs, jump.offset);
    virtualizer.scrollToIndex(index, { align: "start" });
    let frames = 0;
    let frame = requestAnimationFrame(function settle() {
      const element = scroller.current;
      const block = element?.querySelector<HTMLElement>(`[data-index="${index}"]`);
      const target = jump.toMark
        ? block?.querySelector<HTMLElement>(`mark[data-kind="${jump.toMark}"]`)
        : block;
      if (element && target) {
        // By hand: scrollIntoView would also move the page around the pane.
        const offset = target.getBoundingClientRect().top - element.getBoundingClientRect().top;
        const wanted = jump.toMark ? element.clientHeight / 4 : 0;
        if (Math.abs(offset - wanted) > 2) element.scrollTop += offset - wanted;
      }
      if (++frames < SETTLING_FRAMES) frame = requestAnimationFrame(settle);
    });
    return () => cancelAnimationFrame(frame);
  }, [jump, paragraphs, virtualizer]);

  useEffect(() => {
    let stop: (() => void) | undefined;
    let isGone = false;
    void import("./copy-text.ts").then(({ watchCopies }) => {
      if (scroller.current && !isGone) {
        stop = watchCopies(scroller.current, { text, paragraphs, isMarkdown });
      }
    });
    return () => {
      isGone = true;
      stop?.();
    };
  }, [text, paragraphs, isMarkdown]);

  const rows = virtualizer.getVirtualItems();
  const scrolled = virtualizer.scrollOffset ?? 0;
  const first = paragraphs[rows.find((row) => row.end > scrolled + 1)?.index ?? 0]?.start ?? 0;
  useEffect(() => {
    if (shown.current === first) return;
    shown.current = first;
    onRead(first);
  }, [first, onRead]);

  return (
    <div className="text-frame">
      <div
        ref={scroller}
        className="text-scroller"
        role="region"
        aria-label={words.reader.documentText}
        tabIndex={0}
        onWheel={onMoved}
        onTouchMove={onMoved}
        onKeyDown={onMoved}
      >
        <div
          className="text-body"
          data-markdown={isMarkdown || undefined}
          style={{
            height: virtualizer.getTotalSize(),
            maxWidth: columnPx,
            fontSize: look.size,
          }}
        >
          {rows.map((row) => {
            const paragraph = paragraphs[row.index];
            if (!paragraph) return null;
            const marks = [...touching(evidence, paragraph), ...touching(found, paragraph)];
            const place = breaks.get(paragraph.start);
            const plain = <MarkedText text={text} range={paragraph} marks={marks} />;
            return (
              <div
                key={row.key}
                ref={virtualizer.measureElement}
                data-index={row.index}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                {place && (
                  <p className="page-break" aria-hidden="true">
                    {place.label}
                  </p>
                )}
                {isMarkdown ? (
                  <Suspense fallback={<p>{plain}</p>}>
                    <MarkdownBlock text={text} range={paragraph} marks={marks} />
                  </Suspense>
                ) : (
                  <p dir="auto" data-heading={isHeading(text, paragraph, headings) || undefined}>
                    {plain}
                  </p>
                )}
              </div>
            );
          })}
        </div>
      </div>
      <ScrollMarks
        characters={text.length}
        marks={found.length > 0 ? found : evidence}
        kind={found.length > 0 ? "found" : "evidence"}
      />
    </div>
  );
}

/** The marks that touch the paragraph; `marks` may be hundreds of thousands. */
function touching(marks: readonly Mark[], { start, end }: Paragraph): readonly Mark[] {
  if (marks.length < 100) return marks.filter((one) => one.start < end && one.end > start);
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < marks.length && (marks[last]?.start ?? end) < end) last++;
  return marks.slice(low, last);
}

/** Of the outline, or a short line of its own without sentence punctuation. Looks only. */
function isHeading(
  text: string,
  { start, end }: Paragraph,
  headings: ReadonlySet<number>,
): boolean {
  if (end - start > HEADING_LENGTH) return false;
  if (headings.has(start)) return true;
  const line = text.slice(start, end);
  return !line.includes("\n") && !/[.,;:!?”"’'…*|-]$/.test(line.trim());
}
