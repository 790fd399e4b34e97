/** Next calls this once, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || process.env.SALLYPORT_TRUST_PROXY === "true") return;
  const { trustOnlyTheSocket } = await import("./lib/web/client-address");
  trustOnlyTheSocket();
}
