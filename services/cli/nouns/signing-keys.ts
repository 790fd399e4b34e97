import type { Command } from "commander";
import { listSigningKeys } from "@/lib/server/tokens/rotation/list-signing-keys";
import { previewRetirement } from "@/lib/server/tokens/rotation/preview-retirement";
import { retireSigningKey } from "@/lib/server/tokens/rotation/retire-signing-key";
import { rotateSigningKey } from "@/lib/server/tokens/rotation/rotate-signing-key";
import { given, type Io, leaf, whole } from "../leaf";
import { printFacts, printList } from "../output";

export function signingKeyCommands(program: Command, io: Io): void {
  const noun = program.command("signing-keys").description("keys that sign access tokens, of the whole installation: list, rotate, retire");
  leaf(noun, io, "list", "all there ever were, the newest first", async ({ ctx, output }) => {
    printList(output, await listSigningKeys(ctx, {}), {
      kid: (key) => key.kid,
      state: (key) => key.state,
      "signs from": (key) => key.signsFrom,
      until: (key) => key.signsUntil,
      tokens: (key) => key.tokens,
      "last one ends": (key) => key.lastExpiresAt,
      retired: (key) => key.retiredAt,
    });
  });
  leaf(noun, io, "rotate", "a new key: published now, signing ten minutes later; the present one is accepted on", async ({ ctx, output, options }) => {
    const rotated = await rotateSigningKey(ctx, { now: options.now === true, ...given(options, "aheadMinutes") });
    printFacts(output, rotated, { key: rotated.kid, "signs from": rotated.signsFrom, "was upcoming": rotated.broughtForward ? "yes, brought forward" : "no" });
  })
    .option("--ahead-minutes <n>", "how long it is published before it signs (default 10, at least 6)", whole)
    .option("--now", "in an emergency: signs at once, though who caches our public keys may not know it for five minutes");
  leaf(
    noun,
    io,
    "retire <kid>",
    "end a key that does not sign: its tokens are revoked, its private part is destroyed",
    async ({ ctx, output, options, args }) => {
      const kid = args[0] ?? "";
      if (options.preview === true) {
        const preview = await previewRetirement(ctx, { kid });
        printFacts(output, preview, {
          key: preview.kid,
          state: preview.state,
          tokens: preview.tokens,
          "in fleets": preview.fleets.map(({ name, tokens }) => `${name}: ${tokens}`).join(", ") || "none",
          "open sessions": preview.sessions.map(({ broker, sessions }) => `${sessions} at ${broker}`).join(", ") || "none",
          "devices left without any": preview.devicesLeftWithout,
          "renewed by themselves": preview.renewedByThemselves,
        });
        return;
      }
      const expected = typeof options.expect === "number" ? { expectedTokens: options.expect } : {};
      const retired = await retireSigningKey(ctx, { kid, ...expected, ...given(options, "reason") });
      const revocations = retired.revocations.map(({ revocationId, tokens }) => `${revocationId} (${tokens})`).join(", ");
      printFacts(output, retired, { retired: retired.kid, "tokens revoked": retired.tokens, revocations: revocations || "none" });
    },
  )
    .option("--preview", "only count what would be met")
    .option("--expect <n>", "the count that --preview told; needed when it is not 0", whole)
    .option("--reason <text>", "kept with the revocations, and signed in their receipts");
}
