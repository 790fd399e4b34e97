/** next-auth is CommonJS: its default export arrives bare from a bundler, and inside `default` from Node. */
export function defaultExport<T extends object>(module: T): T {
  return "default" in module && typeof module.default === "function" ? (module.default as T) : module;
}
