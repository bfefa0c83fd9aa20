// A wish of another part of the page to search in a document that is about to be shown.
import { create } from "zustand";

export interface FindRequest {
  readonly documentId: string;
  readonly query: string;
  /** The match to go to. */
  readonly start: number;
}

interface FindRequestState {
  readonly request: FindRequest | null;
}

export const useFindRequest = create<FindRequestState>(() => ({ request: null }));

export function requestFind(request: FindRequest | null): void {
  useFindRequest.setState({ request });
}
