import type { ReactNode } from "react";
import { requireMember } from "@/lib/web/page";

interface PageProps<Params> {
  params: Promise<Params>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/**
 * A page for members of a fleet. Anybody else is sent to sign in and comes back to the same address, filters included;
 * `?fleet=` names a fleet, and one that the reader is not in does not exist.
 */
export function memberPage<Params extends Record<string, string>>(path: string | ((params: Params) => string), render: (params: Params) => ReactNode) {
  return async function MemberPage({ params, searchParams }: PageProps<Params>) {
    const [values, query] = await Promise.all([params, searchParams]);
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) for (const one of [value].flat()) if (one !== undefined) search.append(key, one);
    const address = typeof path === "string" ? path : path(values);
    await requireMember({ path: search.size > 0 ? `${address}?${search}` : address, fleet: search.get("fleet") ?? undefined });
    return render(values);
  };
}
