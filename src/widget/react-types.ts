// <inkspan-chat> in JSX: React sets attributes and properties of custom elements by itself.
import type { ClassAttributes, HTMLAttributes } from "react";
import type { InkspanChat } from "./inkspan-chat.ts";

interface InkspanChatAttributes extends HTMLAttributes<InkspanChat>, ClassAttributes<InkspanChat> {
  readonly src?: string;
  readonly for?: string;
  readonly model?: string;
  readonly engine?: InkspanChat["engine"];
  readonly answerer?: InkspanChat["answerer"];
  readonly theme?: "light" | "dark";
  readonly placeholder?: string;
  readonly worker?: string;
  readonly extraction?: string;
  readonly open?: boolean;
  readonly keep?: "session" | "none";
  readonly shared?: boolean;
}

declare module "react" {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- React's own way to name elements
  namespace JSX {
    interface IntrinsicElements {
      "inkspan-chat": InkspanChatAttributes;
    }
  }
}

export type { InkspanChatAttributes };
