// Which model server the settings name, and what is asked before the first question goes to it.
import { serverBase } from "../../workers/protocol.ts";
import type { Settings } from "./settings.ts";

/** What is to leave the machine, until the person has agreed or not. */
export interface Consent {
  /** Address of the server, as requests name it. */
  readonly base: string;
  readonly model: string;
  readonly isThisComputer: boolean;
  /** Of the documents whose passages go there. */
  readonly titles: readonly string[];
  readonly sendsHistory: boolean;
}

/** The person wants no model on this device; a server answers. */
export function worksWithoutModel({ server }: Settings): boolean {
  return server.isOn && server.withoutModel;
}

/** Where questions go; null while the settings name no server that can be asked. */
export function serverOf({ server }: Settings): { base: string; model: string } | null {
  const model = server.model.trim();
  if (model === "") return null;
  try {
    return { base: serverBase(server.address), model };
  } catch {
    return null; // the panel says what is wrong with it
  }
}
