import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { type ChannelView, channelInputSchema } from "@/lib/domain/alerts/alert-view";
import { writeVerb } from "../verb";
import { channelView } from "./list-channels";
import { resolveTarget, TargetRefused } from "./webhook/resolve-target";
import { makeWebhookSecret } from "./webhook/webhook-secret";

/** Adds a webhook. `secret` (whsec_…) is shown once; it is kept wrapped and signs every message. */
export const addChannel = writeVerb({
  permission: "channels:configure",
  input: channelInputSchema,
  async run(ctx, { name, url }): Promise<{ channel: ChannelView; secret: string }> {
    await refusePrivate(url, ctx.env.WEBHOOK_ALLOWED_HOSTS);
    if (await ctx.tx.channel.findFirst({ where: { fleetId: ctx.fleetId, name }, select: { id: true } }))
      throw new SallyportError("conflict", `There is a channel named ${name} already.`, {
        hint: "Choose another name.",
        fields: [{ path: "name", message: "is taken" }],
      });
    const secret = makeWebhookSecret();
    const row = await ctx.tx.channel.create({
      data: { id: newId("channel"), fleetId: ctx.fleetId, name, url, secretWrapped: ctx.secrets.wrap(Buffer.from(secret, "utf8")), createdAt: ctx.now },
    });
    await ctx.audit({ action: "channel.added", objectKind: "channel", objectId: row.id, after: { name, host: new URL(url).host } });
    return { channel: channelView(row, undefined), secret };
  },
});

/** A courtesy to the person at the form; what counts is the same check before every delivery. Names are not resolved here. */
async function refusePrivate(url: string, allowedHosts: readonly string[]): Promise<void> {
  try {
    await resolveTarget(url, { allowedHosts, resolve: async () => [{ address: "1.1.1.1", family: 4 }] });
  } catch (error) {
    if (!(error instanceof TargetRefused)) throw error;
    throw new SallyportError("invalid_input", `url: ${error.message}`, {
      hint: "Webhooks go to public addresses; WEBHOOK_ALLOWED_HOSTS names exceptions.",
      fields: [{ path: "url", message: error.message }],
    });
  }
}
