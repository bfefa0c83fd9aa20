import type { ReactNode } from "react";
import type { EngineErrorData } from "../../workers/protocol.ts";
import { problemOf } from "./problems.ts";
import { words } from "./words/index.ts";
import { EngineSentence } from "./EngineSentence.tsx";

interface ProblemCardProps {
  readonly error: EngineErrorData;
  /** What the file is, where there is one; a document by default. */
  readonly subject?: "document" | "model";
  /** What failed, if the title alone does not tell. */
  readonly context?: string;
  readonly onTryAgain?: () => void;
  /** Where the graphics card is at fault. */
  readonly onUseProcessor?: () => void;
  readonly onReadAgain?: () => void;
  readonly children?: ReactNode;
}

/** What happened, what it means, the engine's own words, and a button for the way on. */
export function ProblemCard(props: ProblemCardProps) {
  const { error, subject, context, onTryAgain, onReadAgain, onUseProcessor, children } = props;
  const { title, advice, remedy, ofGraphics } = problemOf(error.code, subject);
  return (
    <div className="problem" data-code={error.code}>
      <div className="problem-text">
        <strong>{title}</strong>
        {context && <p>{context}.</p>}
        <p>{advice}</p>
        {error.message && (
          <p className="detail">
            <EngineSentence said={error.message} />
          </p>
        )}
      </div>
      {onReadAgain && (
        <button type="button" className="button" onClick={onReadAgain}>
          {words.common.readAgain}
        </button>
      )}
      {onUseProcessor && ofGraphics && (
        <button type="button" className="button" onClick={onUseProcessor}>
          {words.common.useProcessor}
        </button>
      )}
      {onTryAgain && (remedy === "try-again" || remedy === "reload-page") && (
        <button type="button" className="button" onClick={onTryAgain}>
          {words.common.tryAgain}
        </button>
      )}
      {remedy === "reload-page" && (
        <button type="button" className="button" onClick={() => location.reload()}>
          {words.common.reloadPage}
        </button>
      )}
      {children}
    </div>
  );
}
