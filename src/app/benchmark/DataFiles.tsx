// The benchmark's official files, which a user may bring: they stay in this browser.
import { useId, useRef } from "react";
import type { BenchmarkDataFile } from "../../../workers/protocol.ts";
import { formatBytes } from "../format.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { useBenchmarkActions } from "./benchmark-context.ts";

export function DataFiles({ files }: { files: readonly BenchmarkDataFile[] }) {
  const { addData, removeData } = useBenchmarkActions();
  const input = useRef<HTMLInputElement>(null);
  const headingId = useId();
  const { data } = evaluationWords();
  return (
    <section className="panel evaluation-panel" aria-labelledby={headingId}>
      <h3 id={headingId}>{data.title}</h3>
      <p className="detail">{data.explain}</p>
      {files.length > 0 && (
        <ul className="data-files" aria-label={data.list}>
          {files.map((file) => (
            <li key={file.name}>
              <div>
                <strong>{file.name}</strong>{" "}
                {file.problem === null ? (
                  <span className="detail">
                    {formatBytes(file.bytes)}, {file.official ? data.official : data.unofficial}
                  </span>
                ) : (
                  <span className="wrong">{file.problem}</span>
                )}
                {file.sha256 && (
                  <code title={file.sha256}>SHA-256 {file.sha256.slice(0, 16)}…</code>
                )}
              </div>
              <button
                type="button"
                className="quiet"
                aria-label={`${data.remove} ${file.name}`}
                onClick={() => void removeData(file.name)}
              >
                {data.remove}
              </button>
            </li>
          ))}
        </ul>
      )}
      <button type="button" className="button" onClick={() => input.current?.click()}>
        {data.add}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        accept=".json,.jsonl,.txt,.md"
        aria-label={data.input}
        className="visually-hidden"
        tabIndex={-1}
        onChange={(event) => {
          const chosen = [...(event.target.files ?? [])];
          if (chosen.length > 0) void addData(chosen);
          event.target.value = "";
        }}
      />
    </section>
  );
}
