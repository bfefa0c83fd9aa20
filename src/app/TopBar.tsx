import type { ModelState } from "../../workers/protocol.ts";
import type { Theme } from "../state/index.ts";
import { useActions, useAppState } from "./app-context.ts";
import { formatPercent } from "./format.ts";
import { Icon, type IconName } from "./Icon.tsx";
import { PAGE_ADDRESS, usePageName } from "./page-route.ts";

const THEMES: Record<Theme, { next: Theme; label: string; icon: IconName }> = {
  system: { next: "light", label: "Theme: as the system", icon: "auto" },
  light: { next: "dark", label: "Theme: light", icon: "sun" },
  dark: { next: "system", label: "Theme: dark", icon: "moon" },
};

export function TopBar() {
  const model = useAppState((state) => state.model);
  const theme = useAppState((state) => state.settings.theme);
  const { changeSettings } = useActions();
  const page = usePageName();
  const { next, label, icon } = THEMES[theme];
  const share = loadedShare(model);
  return (
    <header className="top-bar">
      <h1 className="brand">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="24" height="24" />
        Inkspan
      </h1>
      <p className="tagline">Long documents, read on this computer</p>
      <nav className="pages" aria-label="Pages">
        <a href={PAGE_ADDRESS.documents} aria-current={page === "documents" ? "page" : undefined}>
          Documents
        </a>
        <a href={PAGE_ADDRESS.evaluate} aria-current={page === "evaluate" ? "page" : undefined}>
          Evaluate
        </a>
      </nav>
      <div className="model-chip" role="status" aria-label="Model" data-phase={model.phase}>
        <span className="dot" aria-hidden="true" />
        {describe(model)}
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label={label}
        title={label}
        onClick={() => changeSettings({ theme: next })}
      >
        <Icon name={icon} />
      </button>
      {model.phase === "loading" && (
        <div className="hairline" style={{ width: formatPercent(share) }} aria-hidden="true" />
      )}
    </header>
  );
}

function loadedShare(model: ModelState): number {
  return model.phase === "loading" && model.totalBytes > 0
    ? model.loadedBytes / model.totalBytes
    : 0;
}

function describe(model: ModelState): string {
  switch (model.phase) {
    case "idle":
      return "Starting the engine";
    case "loading":
      return model.stage === "shaders" ? "Preparing the model" : "Loading the model";
    case "ready":
      return `${model.model.name} ready`;
    case "failed":
      return "Model not available";
  }
}
