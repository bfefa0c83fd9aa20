// Entry of the page.
import { openApp, repairFailedImports } from "../state/index.ts";
import { mountApp } from "./mount-app.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
repairFailedImports();
void mountApp(root, openApp());
