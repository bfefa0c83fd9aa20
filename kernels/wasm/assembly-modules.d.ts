// What src/cli/assemblyscript.mjs makes of assembly/index.ts: the module in base64.
declare module "*?assemblyscript=relaxed" {
  const base64: string;
  export default base64;
}
declare module "*?assemblyscript=plain" {
  const base64: string;
  export default base64;
}
