// Whether the person has agreed that questions and passages go to the model server that the host's page names;
// kept by the browser per server, for this origin.
import { serverBase } from "../../workers/protocol.ts";

const KEY = "inkspan-chat agreed servers";

/** As requests name it; an address that is none stays as it is, and fails when it is asked. */
export function serverName(address: string): string {
  try {
    return new URL(serverBase(address)).origin;
  } catch {
    return address;
  }
}

export function isAgreed(server: string): boolean {
  return agreedServers().includes(server);
}

export function keepAgreement(server: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...agreedServers(), server]));
  } catch {
    // storage blocked: the person is asked again on the next page
  }
}

function agreedServers(): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(value) ? value : [];
  } catch {
    return []; // storage blocked, or not ours
  }
}
