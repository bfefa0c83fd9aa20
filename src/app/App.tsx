// The frame: top bar, three columns on a desktop, one column with tabs on a phone.
import { useEffect, useState } from "react";
import { useAppState } from "./app-context.ts";
import { ConversationPane } from "./ConversationPane.tsx";
import { DropTarget } from "./DropTarget.tsx";
import { EvaluatePage } from "./EvaluatePage.tsx";
import { LibraryPanel } from "./LibraryPanel.tsx";
import { ModelPanel } from "./ModelPanel.tsx";
import { Notices } from "./Notices.tsx";
import { MakeRoomDialog } from "./MakeRoomDialog.tsx";
import { OfferDialog } from "./OfferDialog.tsx";
import { usePageName } from "./page-route.ts";
import { ReaderPane } from "./ReaderPane.tsx";
import { SettingsPanel } from "./SettingsPanel.tsx";
import { StoragePanel } from "./StoragePanel.tsx";
import { TopBar } from "./TopBar.tsx";
import { UpdateNotice } from "./UpdateNotice.tsx";
import { ViewTabs, type View } from "./ViewTabs.tsx";

export function App() {
  const page = usePageName();
  const [view, setView] = useState<View>("library");
  const theme = useAppState((state) => state.settings.theme);
  const visit = useAppState((state) => state.highlight?.visit ?? 0);
  const [shownVisit, setShownVisit] = useState(visit);

  // A click on evidence must show the passage, also where the reader is another tab.
  if (visit !== shownVisit) {
    setShownVisit(visit);
    if (visit > shownVisit) setView("reader");
  }

  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);

  return (
    <div className="shell" data-view={view}>
      <TopBar />
      <UpdateNotice />
      <Notices />
      {page === "evaluate" ? (
        <EvaluatePage />
      ) : (
        <>
          <main className="columns">
            <div className="column side">
              <LibraryPanel onOpen={() => setView("reader")} />
              <div className="engine-group">
                <ModelPanel />
                <StoragePanel />
                <SettingsPanel />
              </div>
            </div>
            <ReaderPane />
            <ConversationPane />
          </main>
          <ViewTabs view={view} onChange={setView} />
        </>
      )}
      <DropTarget />
      <OfferDialog />
      <MakeRoomDialog />
    </div>
  );
}
