import type { ModelState } from "../../workers/protocol.ts";
import type { Theme } from "../state/index.ts";
import { useActions, useAppState } from "./app-context.ts";
import { formatPercent } from "./format.ts";
import type { IconName } from "./Icon.tsx";
import { IconButton } from "./IconButton.tsx";
import { openDialog } from "./open-dialog.ts";
import { PAGE_ADDRESS, usePageName } from "./page-route.ts";
import { words } from "./words/index.ts";

const THEMES: Record<Theme, { next: Theme; icon: IconName }> = {
  system: { next: "light", icon: "auto" },
  light: { next: "dark", icon: "sun" },
  dark: { next: "system", icon: "moon" },
};

export function TopBar() {
  const model = useAppState((state) => state.model);
  const theme = useAppState((state) => state.settings.theme);
  const { changeSettings } = useActions();
  const page = usePageName();
  const { next, icon } = THEMES[theme];
  return (
    <header className="top-bar">
      <h1 className="brand">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="24" height="24" />
        <span>Inkspan</span>
      </h1>
      <p className="tagline">{words.top.tagline}</p>
      <nav className="pages" aria-label={words.top.pages}>
        <a href={PAGE_ADDRESS.documents} aria-current={page === "documents" ? "page" : undefined}>
          {words.top.documents}
        </a>
        <a href={PAGE_ADDRESS.evaluate} aria-current={page === "evaluate" ? "page" : undefined}>
          {words.top.evaluate}
        </a>
      </nav>
      <div
        className="model-chip"
        role="status"
        aria-label={words.top.model}
        data-phase={model.phase}
      >
        <span className="dot" aria-hidden="true" />
        <span>{describe(model)}</span>
      </div>
      <div className="top-buttons">
        <span className="theme-button">
          <IconButton
            icon={icon}
            label={words.top.theme[theme]}
            onClick={() => changeSettings({ theme: next })}
          />
        </span>
        <IconButton
          icon="settings"
          label={words.top.settings}
          onClick={() => openDialog("settings")}
        />
      </div>
      {model.phase === "loading" && (
        <div
          className="hairline"
          style={{ width: formatPercent(loadedShare(model)) }}
          aria-hidden="true"
        />
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
  const { phase } = words.top;
  switch (model.phase) {
    case "idle":
      return phase.idle;
    case "loading":
      return model.stage === "shaders" ? phase.preparing : phase.loading;
    case "ready":
      return phase.ready(model.model.name);
    case "failed":
      return phase.failed;
  }
}
