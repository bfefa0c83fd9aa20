export {
  askableSoFar,
  askBlocker,
  askedDocuments,
  conversationKey,
  conversationsOf,
  currentConversation,
  openCollection,
  selectedDocument,
  unreadDocument,
} from "./app-state.ts";
export type {
  AppState,
  AskBlocker,
  Highlight,
  Notice,
  OpenText,
  Unfinished,
  Unread,
} from "./app-state.ts";
export type { BenchmarkFailure } from "./benchmark-store.ts";
export type { Collection } from "./collections.ts";
export { type Conversation, isRunning, keyOf, type ReadBy, type Turn } from "./conversation.ts";
export type { HistoryHit } from "./conversation-actions.ts";
export { browserShelf } from "./conversation-shelf.ts";
export { createAppStore } from "./create-app-store.ts";
export type { AppActions } from "./app-actions.ts";
export type { App, PageServices } from "./create-app-store.ts";
export type { Failure, FailureKind, Message, MessageKind } from "./failures.ts";
export type { Importing } from "./import-actions.ts";
export type { ModelActions, ModelProblem } from "./model-actions.ts";
export { shownOverview } from "./overviews.ts";
export { openApp } from "./open-app.ts";
export { estimateReading, type ReadingEstimate } from "./reading-estimate.ts";
export type { Consent } from "./server-consent.ts";
export type { Settings, Sort, TextWidth, Theme } from "./settings.ts";
export type { DocumentOffer } from "./transfer-actions.ts";
export { repairFailedImports } from "./repair-page.ts";
export { toErrorData } from "../client/index.ts";
