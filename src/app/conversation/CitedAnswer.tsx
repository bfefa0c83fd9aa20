// An answer whose sentences name the passages they stand in: markers that show the passage in small when
// they are pointed at or focused, and in the text when they are pressed.
import { useId, useLayoutEffect, useRef, useState } from "react";
import { markdownNodes } from "../../markdown/index.ts";
import type { Turn } from "../../state/index.ts";
import { useActions } from "../app-context.ts";
import { words } from "../words/index.ts";
import { shorten } from "./shorten.ts";

const MAX_PREVIEW = 320;

interface Preview {
  readonly passage: number;
  readonly left: number;
  readonly top: number;
}

export function CitedAnswer({ turn }: { turn: Turn }) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const { showEvidence } = useActions();
  const previewId = useId();
  const { answer, grounding, evidence, id } = turn;

  useLayoutEffect(() => {
    const marker = (passage: number) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "citation";
      button.textContent = `[${passage + 1}]`;
      const quote = shorten(evidence[passage]?.text ?? "", MAX_PREVIEW);
      button.setAttribute(
        "aria-label",
        `${words.questions.citation(String(passage + 1))} ${quote}`,
      );
      const show = () => {
        const frame = box.current?.getBoundingClientRect();
        const own = button.getBoundingClientRect();
        if (!frame) return;
        setPreview({ passage, left: own.left - frame.left, top: own.bottom - frame.top });
      };
      const hide = () => setPreview(null);
      button.addEventListener("mouseenter", show);
      button.addEventListener("focus", show);
      button.addEventListener("mouseleave", hide);
      button.addEventListener("blur", hide);
      button.addEventListener("keydown", (event) => {
        if (event.key === "Escape") hide();
      });
      button.addEventListener("click", () => showEvidence(id, passage));
      return button;
    };
    content.current?.replaceChildren(markdownNodes(answer, grounding?.citations, marker));
    return () => setPreview(null);
  }, [answer, grounding, evidence, id, showEvidence]);

  const shown = preview && evidence[preview.passage];
  return (
    <div className="cited" ref={box}>
      <div className="markdown" ref={content} />
      {shown && (
        <div
          className="citation-preview"
          id={previewId}
          role="tooltip"
          style={{ top: preview.top, "--at": `${preview.left}px` } as React.CSSProperties}
        >
          <q dir="auto">{shorten(shown.text, MAX_PREVIEW)}</q>
          {shown.place && <span className="place">{shown.place}</span>}
        </div>
      )}
    </div>
  );
}
