// Vite plugin: `inkspan-worker.js`, a worker script with a name that stays. A site whose policy forbids
// `blob:` workers imports it from a file of its own origin.

/** @returns {import("vite").Plugin} */
export function workerEntry() {
  return {
    name: "worker-entry",
    apply: "build",
    generateBundle: {
      order: "post", // after the worker has got its hashed name
      handler(_options, bundle) {
        const worker = Object.keys(bundle).find((name) =>
          /^assets\/engine-worker-.*\.js$/.test(name),
        );
        if (!worker) this.error("the build has no engine worker");
        this.emitFile({
          type: "asset",
          fileName: "inkspan-worker.js",
          source: `import "./${worker}";\n`,
        });
      },
    },
  };
}
