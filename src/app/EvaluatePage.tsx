// Fetches the evaluation when it is first opened; most visits never need it.
import { type ComponentType, useEffect, useState } from "react";
import { Icon } from "./Icon.tsx";
import { words } from "./words/index.ts";

type Loaded =
  | { readonly status: "loading" | "failed" }
  | { readonly status: "ready"; readonly View: ComponentType };

export function EvaluatePage() {
  const [loaded, setLoaded] = useState<Loaded>({ status: "loading" });
  useEffect(() => {
    if (loaded.status !== "loading") return;
    let isWanted = true;
    import("./benchmark/BenchmarkView.tsx").then(
      ({ default: View }) => isWanted && setLoaded({ status: "ready", View }),
      () => isWanted && setLoaded({ status: "failed" }),
    );
    return () => {
      isWanted = false;
    };
  }, [loaded.status]);
  if (loaded.status === "ready") return <loaded.View />;
  return (
    <main className="panel" aria-busy={loaded.status === "loading"}>
      {loaded.status === "loading" ? (
        <p className="empty">{words.evaluation.opening}</p>
      ) : (
        <div className="problem" role="alert">
          <div className="problem-text">
            <strong>{words.evaluation.notLoaded}</strong>
            <span>{words.evaluation.notLoadedAdvice}</span>
          </div>
          <button type="button" className="button" onClick={() => setLoaded({ status: "loading" })}>
            <Icon name="retry" />
            {words.common.tryAgain}
          </button>
        </div>
      )}
    </main>
  );
}
