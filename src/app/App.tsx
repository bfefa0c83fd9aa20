// The frame: top bar, three columns on a desktop, one column with tabs on a phone, dialogs above all.
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { useActions, useAppState } from "./app-context.ts";
import { ConsentDialog } from "./conversation/ConsentDialog.tsx";
import { ConversationPane } from "./conversation/ConversationPane.tsx";
import { EvaluatePage } from "./EvaluatePage.tsx";
import { useKeptFocus } from "./keep-focus.ts";
import { DropTarget } from "./library/DropTarget.tsx";
import { LibraryPanel } from "./library/LibraryPanel.tsx";
import { MakeRoomDialog } from "./library/MakeRoomDialog.tsx";
import { OfferDialog } from "./library/OfferDialog.tsx";
import { PasteDialog } from "./library/PasteDialog.tsx";
import { ReadingOfferDialog } from "./library/ReadingOfferDialog.tsx";
import { WebPageDialog } from "./library/WebPageDialog.tsx";
import { closeDialog, openDialog, useOpenDialog } from "./open-dialog.ts";
import { usePageName } from "./page-route.ts";
import { ReaderPane } from "./reader/ReaderPane.tsx";
import { EngineLine } from "./settings/EngineLine.tsx";
import { Toasts } from "./Toasts.tsx";
import { TopBar } from "./TopBar.tsx";
import { UpdateNotice } from "./UpdateNotice.tsx";
import { useShortcuts } from "./use-shortcuts.ts";
import { useWaiting } from "./use-waiting.ts";
import { ViewTabs, type View } from "./ViewTabs.tsx";
import { languageOf, speak, words } from "./words/index.ts";

const ModelPicker = lazy(() => import("./model-picker/ModelPicker.tsx"));
const SettingsDialog = lazy(async () => ({
  default: (await import("./settings/SettingsDialog.tsx")).SettingsDialog,
}));
const HistoryDialog = lazy(async () => ({
  default: (await import("./conversation/HistoryDialog.tsx")).HistoryDialog,
}));
const ShortcutsDialog = lazy(async () => ({
  default: (await import("./ShortcutsDialog.tsx")).ShortcutsDialog,
}));

export function App() {
  const theme = useAppState((state) => state.settings.theme);
  const wish = useAppState((state) => state.settings.language);
  const [spoken, setSpoken] = useState(words.language);
  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  useEffect(() => {
    // A language that cannot be fetched leaves the present one.
    void speak(languageOf(wish, navigator.languages)).then(
      () => setSpoken(words.language),
      () => {},
    );
  }, [wish]);
  return <Shell key={spoken} />;
}

function Shell() {
  const page = usePageName();
  const [view, setView] = useState<View>("library");
  const highlight = useAppState((state) => state.highlight);
  const visit = highlight?.visit ?? 0;
  const [shownVisit, setShownVisit] = useState(visit);
  const showQuestions = useCallback(() => setView("questions"), []);
  const showReader = useCallback(() => setView("reader"), []);
  useKeptFocus();
  useWaiting();
  useShortcuts(showQuestions);

  // A click on evidence must show the passage, also where the reader is another tab.
  if (visit !== shownVisit) {
    setShownVisit(visit);
    if (visit > shownVisit && highlight?.isWanted) setView("reader");
  }

  return (
    <div className="shell" data-view={view}>
      {page === "documents" && (
        <a
          className="skip-link"
          href="#question"
          onClick={(event) => {
            event.preventDefault(); // the address names the page
            showQuestions();
            requestAnimationFrame(() => document.getElementById("question")?.focus());
          }}
        >
          {words.common.skip}
        </a>
      )}
      <TopBar />
      <UpdateNotice />
      {page === "evaluate" ? (
        <EvaluatePage />
      ) : (
        <>
          <main className="columns">
            <div className="column side">
              <LibraryPanel onOpen={showReader} />
              <EngineLine />
            </div>
            <ReaderPane />
            <ConversationPane />
          </main>
          <ViewTabs view={view} onChange={setView} />
        </>
      )}
      <Toasts />
      <DropTarget />
      <Dialogs />
    </div>
  );
}

function Dialogs() {
  const name = useOpenDialog();
  const offered = useAppState((state) => state.offeredModel !== null);
  const { declineModelFiles } = useActions();
  // Dropped model files open the picker; it stays open when they have been answered.
  useEffect(() => {
    if (offered) openDialog("model");
  }, [offered]);
  return (
    <>
      <PasteDialog />
      <OfferDialog />
      <ReadingOfferDialog />
      <MakeRoomDialog />
      <ConsentDialog />
      {name === "web-page" && <WebPageDialog />}
      <Suspense fallback={null}>
        {name === "settings" && <SettingsDialog />}
        {name === "history" && <HistoryDialog />}
        {name === "shortcuts" && <ShortcutsDialog />}
        {name === "model" && (
          <ModelPicker
            onClose={() => {
              declineModelFiles();
              closeDialog();
            }}
          />
        )}
      </Suspense>
    </>
  );
}
