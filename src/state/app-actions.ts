// What the app can be asked to do; create-app-store.ts does it.
import type { EngineApi } from "../../workers/protocol.ts";
import type { PasteDraft } from "./app-state.ts";
import type { CollectionActions } from "./collections.ts";
import type { ConversationActions } from "./conversation-actions.ts";
import type { DeletionActions } from "./deletion-actions.ts";
import type { HeadActions } from "./head-actions.ts";
import type { ImportActions } from "./import-actions.ts";
import type { MessageActions } from "./messages.ts";
import type { ModelActions } from "./model-actions.ts";
import type { QuestionActions } from "./question-actions.ts";
import type { ServerActions } from "./server-actions.ts";
import type { Settings } from "./settings.ts";
import type { TransferActions } from "./transfer-actions.ts";

export interface AppActions
  extends
    CollectionActions,
    ConversationActions,
    DeletionActions,
    HeadActions,
    ImportActions,
    MessageActions,
    ModelActions,
    QuestionActions,
    ServerActions,
    TransferActions {
  /** Subscribes to the worker and loads the model; call once. */
  start(): Promise<void>;
  addText(title: string, text: string | Blob): Promise<void>;
  addSampleBook(): Promise<void>;
  /** Rejects with why the page at the address cannot be had. */
  addWebPage(address: string): Promise<void>;
  /** Opens, fills or closes the paste dialog; what was begun in it is kept until it is added. */
  paste(change: Partial<PasteDraft>): void;
  /** Whether the long reading that was offered begins. */
  answerReadingOffer(accepted: boolean): void;
  select(documentId: string | null): void;
  /** Sets the documents that are asked together. */
  askTogether(documentIds: readonly string[]): void;
  /** Where the reader of a document was last. */
  placeOf(documentId: string): number;
  keepPlace(documentId: string, offset: number): void;
  /** The stored text of any document. */
  readText(documentId: string): Promise<string>;
  pause(documentId: string): Promise<void>;
  resume(documentId: string): Promise<void>;
  readAgain(documentId: string): Promise<void>;
  rename(documentId: string, title: string): Promise<void>;
  protectStorage(): Promise<void>;
  /** Opens the choice of what to delete for a document that has run out of storage. */
  makeRoom(documentId: string): void;
  /** Deletes these documents and goes on reading the one that needed room. */
  freeSpace(documentIds: readonly string[]): Promise<void>;
  /** The document stays paused. */
  declineSpace(): void;
  refreshStorage(): Promise<void>;
  changeSettings(change: Partial<Settings>): void;
  saveFile(file: Blob, name: string): void;
  /** For the evaluation, which keeps a store of its own. */
  readonly benchmark: EngineApi["benchmark"];
  /** Loads the page with the new version of the app. */
  updateApp(): void;
  dismiss(noticeId: number): void;
}
