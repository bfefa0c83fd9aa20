// Starts a module worker whose script may lie on another origin, also on pages that demand Trusted
// Types. Knows nothing of what the worker does.

/** Typed by no library yet; present in Chromium and Safari. */
interface TrustedTypePolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): { createScriptURL(address: string): unknown };
}

export interface ModuleWorker {
  readonly worker: Worker;
  /** Call when the worker is given up. */
  readonly release: () => void;
}

export function openModuleWorker(address: string, name: string): ModuleWorker {
  const target = new URL(address, location.href);
  if (target.origin === location.origin) {
    return { worker: newWorker(target.href, name), release: () => {} };
  }
  // A worker's script must be of the page's origin; a blob is, and may import from elsewhere.
  const script = `import ${JSON.stringify(target.href)};`;
  const blob = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  return { worker: newWorker(blob, name), release: () => URL.revokeObjectURL(blob) };
}

function newWorker(address: string, name: string): Worker {
  return new Worker(trusted(address) as string, { type: "module", name });
}

let policy: ReturnType<TrustedTypePolicyFactory["createPolicy"]> | undefined;

/** The address as a page with `require-trusted-types-for 'script'` wants it. */
function trusted(address: string): unknown {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypePolicyFactory };
  if (!trustedTypes) return address;
  policy ??= trustedTypes.createPolicy("inkspan", { createScriptURL: (plain) => plain });
  return policy.createScriptURL(address);
}
