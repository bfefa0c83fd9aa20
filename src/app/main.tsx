// Entry of the page.
import { openApp } from "../state/index.ts";
import { mountApp } from "./mount-app.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
void mountApp(root, openApp());
