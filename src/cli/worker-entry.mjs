// Vite plugin: `inkspan-worker.js` and `inkspan-extraction.js`, worker scripts with names that stay. A
// site whose policy forbids `blob:` workers imports them from files of its own origin.

const ENTRIES = {
  "inkspan-worker.js": "engine-worker",
  "inkspan-extraction.js": "extraction-worker",
};

/** @returns {import("vite").Plugin} */
export function workerEntry() {
  return {
    name: "worker-entry",
    apply: "build",
    generateBundle: {
      order: "post", // after the worker has got its hashed name
      handler(_options, bundle) {
        for (const [fileName, stem] of Object.entries(ENTRIES)) {
          const worker = Object.keys(bundle).find(
            (name) => name.startsWith(`assets/${stem}-`) && name.endsWith(".js"),
          );
          if (!worker) this.error(`the build has no ${stem}`);
          this.emitFile({ type: "asset", fileName, source: `import "./${worker}";\n` });
        }
      },
    },
  };
}
