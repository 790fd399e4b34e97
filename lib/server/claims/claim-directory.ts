import { createHash } from "node:crypto";
import type { Logger } from "@/lib/base/log";
import { readClaimCode } from "@/lib/protocol/claim-code";
import type { Database } from "../database/client";
import { listen } from "../database/notify";

export interface KnownClaim {
  claimId: string;
  fleetId: string;
}

/** Claim codes in memory, by their digest: no query per CONNECT. Closed claims too, so that a device hears why. */
export interface ClaimDirectory {
  find(code: string): KnownClaim | undefined;
  isLoaded(): boolean;
  loaded: Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = 500;

/** What is kept of a claim code. It is random and long, hence a plain digest. */
export const claimDigest = (code: string): string => createHash("sha256").update(`claim:${code}`).digest("base64url");

export function openClaimDirectory({ url, database, log }: { url: string; database: Pick<Database, "pool">; log: Logger }): ClaimDirectory {
  let claims: Map<string, KnownClaim> | undefined;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let markLoaded = () => {};
  const loaded = new Promise<void>((resolve) => {
    markLoaded = resolve;
  });
  const read = async (id?: string) => {
    const { rows } = await database.pool.query<KnownClaim & { digest: string }>(
      `select id as "claimId", fleet_id as "fleetId", digest from claim ${id === undefined ? "" : "where id = $1"}`,
      id === undefined ? [] : [id],
    );
    return rows.map(({ digest, ...claim }) => [digest, claim] as const);
  };
  const reload = () => {
    if (closed) return;
    clearTimeout(retry);
    read()
      .then((rows) => {
        claims = new Map(rows);
        markLoaded();
      })
      .catch((error: unknown) => {
        log.warn({ error: error instanceof Error ? error.message : String(error) }, "cannot read claims, trying again");
        if (!closed) retry = setTimeout(reload, RETRY_MS);
      });
  };
  /** One that was removed stays until the next reload: it gets nobody anything. */
  const add = (id: string) =>
    void read(id).then((rows) => {
      for (const [digest, claim] of rows) claims?.set(digest, claim);
    }, reload);
  const listener = listen(url, { claim: add }, { log, onUp: reload });
  return {
    loaded,
    isLoaded: () => claims !== undefined,
    find(text) {
      const code = readClaimCode(text);
      return code === undefined ? undefined : claims?.get(claimDigest(code));
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await listener.close();
    },
  };
}
