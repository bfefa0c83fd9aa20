// Entry `inkspan/widget` of the package: defines <inkspan-chat> with the package's worker and model.
import { packagedFiles } from "../library/packaged-files.ts";
import { defineInkspanChat, InkspanChat } from "./inkspan-chat.ts";

InkspanChat.files = packagedFiles();
defineInkspanChat();

export { InkspanChat };
export type { Answer, ChatEvents, ChatProgress, Evidence } from "./inkspan-chat.ts";
