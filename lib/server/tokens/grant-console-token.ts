import { randomBytes } from "node:crypto";
import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";
import { roleAllows } from "@/lib/domain/members/permissions";
import type { LiveToken } from "@/lib/domain/tokens/token-view";
import { consoleScopes } from "@/lib/protocol/access";
import { roleIn } from "../context";
import { writeVerb } from "../verb";
import { mintToken } from "./mint-token";

const TTL_SECONDS = 600;

/**
 * What one browser tab needs to follow its fleet: reads only, ten minutes, bound to a client id of its own. Not audited:
 * each open tab renews it all day; its row and its sessions are the record.
 */
export const grantConsoleToken = writeVerb({
  permission: "fleet:read",
  input: z.object({}),
  async run(ctx): Promise<LiveToken> {
    const role = roleIn(ctx.actor, ctx.fleetId);
    if (role === undefined) throw new SallyportError("forbidden", "Only a member or an API key can follow a fleet live.");
    const payloads = roleAllows(role, "telemetry:read");
    const clientId = `${ctx.actor.id}-${randomBytes(6).toString("hex")}`;
    const minted = await mintToken(ctx, {
      kind: "console",
      fleetId: ctx.fleetId,
      subject: ctx.actor.id,
      scopes: consoleScopes(ctx.fleetId, { payloads }),
      ttlSeconds: TTL_SECONDS,
      clientId,
      label: "live console",
    });
    return {
      url: ctx.env.LIVE_URL,
      clientId,
      username: ctx.actor.id,
      token: minted.token,
      expiresAt: minted.expiresAt.toISOString(),
      fleetId: ctx.fleetId,
      payloads,
    };
  },
});
