import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { readVerb } from "../verb";
import { ALERT_SELECT, alertFor } from "./alert-row";

export const getAlert = readVerb({
  permission: "alerts:read",
  input: z.object({ alertId: z.string().min(1).max(64) }),
  async run(ctx, { alertId }) {
    const row = await ctx.database.prisma.alert.findFirst({ where: { id: alertId, fleetId: ctx.fleetId }, select: ALERT_SELECT });
    if (!row) throw notFound("alert");
    return alertFor(ctx, row);
  },
});
