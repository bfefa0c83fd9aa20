import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { App as AppHandle } from "../state/index.ts";
import { App } from "./App.tsx";
import { AppContext } from "./app-context.ts";
import { languageOf, speak } from "./words/index.ts";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/library.css";
import "./styles/reader.css";
import "./styles/conversation.css";

/** Draws the app and starts the engine. Apart from the entry, so that a harness can pass its own app. */
export async function mountApp(root: HTMLElement, app: AppHandle): Promise<void> {
  void app.actions.start();
  const { language } = app.store.getState().settings;
  await speak(languageOf(language, navigator.languages)).catch(() => {}); // English without it
  createRoot(root).render(
    <StrictMode>
      <AppContext value={app}>
        <App />
      </AppContext>
    </StrictMode>,
  );
}
