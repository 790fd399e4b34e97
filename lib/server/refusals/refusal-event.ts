import type { RefusalReason, RefusedAction, RefusingBroker } from "@/lib/domain/refusals/refusal-reasons";
import type { TokenClaims } from "@/lib/protocol/access";

/** Who was refused, when a genuine token of ours says so. */
export interface ProvenHolder {
  fleetId: string | null;
  subject: string;
  deviceId: string | null;
  tokenId: string;
}

/** One thing that a broker did not allow. No password and no token is ever part of it. */
export interface RefusalEvent {
  broker: RefusingBroker;
  /** Without a genuine token only the user name that was presented is known: a claim, no proof. */
  holder: ProvenHolder | { username: string };
  action: RefusedAction;
  reason: RefusalReason;
  /** Topic or filter; of a CONNECT its will's topic, else left out. */
  topic?: string | undefined;
  qos?: number | undefined;
  retain?: boolean | undefined;
  /** Index of the scope that decided. */
  scope?: number | undefined;
  clientId?: string | undefined;
  address?: string | undefined;
  /** The user name presented with somebody's token (`wrong_subject`); the address of the holder that was pushed out (`second_holder`). */
  detail?: string | undefined;
}

export function holderOf({ fleet, kind, sub, jti }: TokenClaims): ProvenHolder {
  return { fleetId: fleet ?? null, subject: sub, deviceId: kind === "device" ? sub : null, tokenId: jti };
}
