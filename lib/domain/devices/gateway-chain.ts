/** So many gateways one behind the other are enough for any building. */
export const GATEWAYS_DEEP = 8;

/** Names of devices, and the name of the gateway of each that has one. */
export type GatewayChain = ReadonlyMap<string, string | null>;

/** Why `gateway` cannot be the gateway of `name`; undefined: it can. `devices`: all that are known, the ones of this file so far included. */
export function gatewayProblem(name: string, gateway: string, devices: GatewayChain): string | undefined {
  if (!devices.has(gateway)) return `There is no device ${gateway} to be its gateway. Put its line first.`;
  let next: string | null = gateway;
  for (let deep = 0; next !== null; deep++) {
    if (next === name || deep === GATEWAYS_DEEP)
      return `${gateway} cannot be its gateway: it reaches us through this device itself, or through too many others.`;
    next = devices.get(next) ?? null;
  }
  return undefined;
}
