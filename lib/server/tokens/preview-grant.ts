import type { GrantPreview } from "@/lib/domain/tokens/grant-answer";
import { grantRequestSchema } from "@/lib/domain/tokens/grant-request";
import { boundWords } from "@/lib/domain/tokens/grant-words";
import { readVerb } from "../verb";
import { prepareGrant } from "./prepare-grant";

/** What `grantToken` would grant, and whether it would wait for a second admin. Writes nothing. */
export const previewGrant = readVerb({
  permission: "tokens:grant",
  input: grantRequestSchema,
  async run(ctx, request): Promise<GrantPreview> {
    const prepared = await prepareGrant(ctx, request);
    const expiresAt = new Date(ctx.clock.now().getTime() + request.ttl * 60_000).toISOString();
    const made = request.clientId === undefined && prepared.holder.kind !== "device";
    const words = made ? boundWords(prepared.words, "the one that is made for it") : prepared.words;
    return { ...prepared, words, expiresAt, clientId: request.clientId ?? null };
  },
});
