import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { App as AppHandle } from "../state/index.ts";
import { App } from "./App.tsx";
import { AppContext } from "./app-context.ts";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/library.css";
import "./styles/reader.css";
import "./styles/conversation.css";

/** Draws the app and starts the engine. Apart from the entry, so that a harness can pass its own app. */
export function mountApp(root: HTMLElement, app: AppHandle): void {
  void app.actions.start();
  createRoot(root).render(
    <StrictMode>
      <AppContext value={app}>
        <App />
      </AppContext>
    </StrictMode>,
  );
}
