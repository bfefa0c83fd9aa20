// Options of a caller as what the caller gave. A page may have put anything on Object.prototype: an address
// there must not become the engine's worker.

/** A copy that inherits nothing. */
export function ownOptions<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as T, options);
}
