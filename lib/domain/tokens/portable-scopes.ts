import type { Scope } from "@/lib/protocol/access";

/**
 * Does this filter mean the same at every broker that judges our tokens? EMQX fills in `${...}` and takes `eq ` off the front
 * (wire-formats W1); AMQP behind RabbitMQ separates levels with dots and has the star for a wildcard (W3).
 */
export function isPortableFilter(filter: string): boolean {
  return !filter.startsWith("eq ") && !filter.includes("${") && !/[.*]/.test(filter);
}

/** Denies first, otherwise in the given order: EMQX takes the first scope that matches, and a deny must win there too. */
export function deniesFirst(scopes: readonly Scope[]): Scope[] {
  const by = (permission: Scope["permission"]) => scopes.filter((scope) => scope.permission === permission);
  return [...by("deny"), ...by("allow")];
}
