export { askBlocker, askedDocuments, conversationKey, selectedDocument } from "./app-state.ts";
export type { AppState, Highlight, Notice, OpenText, Turn } from "./app-state.ts";
export { createAppStore } from "./create-app-store.ts";
export type { App, AppActions, PageServices } from "./create-app-store.ts";
export type { Importing } from "./import-actions.ts";
export type { ModelActions, ModelProblem } from "./model-actions.ts";
export { openApp } from "./open-app.ts";
export type { Settings, Theme } from "./settings.ts";
export type { DocumentOffer } from "./transfer-actions.ts";
