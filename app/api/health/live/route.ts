export const dynamic = "force-dynamic";

/** The process answers. Says nothing about the parts that it needs. */
export function GET(): Response {
  return Response.json({ ok: true }, { headers: { "cache-control": "no-store" } });
}
