// Script of a site: one module, one tag.
import { defineInkspanChat } from "./inkspan-chat.ts";

defineInkspanChat();
