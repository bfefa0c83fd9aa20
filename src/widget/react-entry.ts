// Entry `inkspan/react` of the package: the hooks, and <inkspan-chat> for JSX.
export * from "../library/react.ts";
export type { InkspanChatAttributes } from "./react-types.ts";
