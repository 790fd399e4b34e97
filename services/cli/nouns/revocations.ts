import type { Command } from "commander";
import { SallyportError } from "@/lib/base/errors";
import type { RevocationPreview, RevocationSelector, RevocationView } from "@/lib/domain/tokens/revocation-view";
import type { Context } from "@/lib/server/context";
import { findDevice } from "@/lib/server/devices/find-device";
import { getReceipt } from "@/lib/server/tokens/revocations/get-receipt";
import { getRevocation } from "@/lib/server/tokens/revocations/get-revocation";
import { listRevocations } from "@/lib/server/tokens/revocations/list-revocations";
import { previewRevocation } from "@/lib/server/tokens/revocations/preview-revocation";
import { revokeTokens } from "@/lib/server/tokens/revocations/revoke-tokens";
import { verifyReceipt } from "@/lib/server/tokens/revocations/verify-receipt";
import { readText, writeNewFile } from "../files";
import { given, type Io, leaf, paged, whole } from "../leaf";
import { type Output, printFacts, printList } from "../output";

export function revocationCommands(program: Command, io: Io): void {
  const noun = program.command("revocations").description("tokens taken back, with signed receipts: create, list, show, verify");
  leaf(noun, io, "create", "take tokens back: one, or all of a device, a subject, a batch or a query", async ({ ctx, output, options }) => {
    const selector = await selectorOf(ctx, options);
    if (options.preview === true) return printPreview(output, await previewRevocation(ctx, { selector }));
    const expected = typeof options.expect === "number" ? { expectedTokens: options.expect } : {};
    const { revocationId } = await revokeTokens(ctx, { selector, reason: String(options.reason ?? ""), ...expected });
    printRevocation(output, await getRevocation(ctx, { revocationId }));
  })
    .option("--token <id>", "this token")
    .option("--device <device>", "all of this device, by id or name")
    .option("--subject <subject>", "all of this user name, also those that nothing is known of")
    .option("--issued-before <time>", "with --subject: only those issued before, for example 2026-11-28T09:00:00Z")
    .option("--batch <id>", "all that were granted together")
    .option("--kid <kid>", "all of the fleet that this key signed")
    .option("--query <query>", "all that match, for example 'site:Harbour state:live'")
    .option("--reason <text>", "kept with it, and signed")
    .option("--expect <n>", "the count that --preview told; needed for more than one", whole)
    .option("--preview", "only count what would be met");
  paged(
    leaf(noun, io, "list", "newest first", async ({ ctx, output, options }) => {
      printList(output, await listRevocations(ctx, given(options, "limit", "cursor")), {
        at: (row) => row.at,
        who: (row) => row.actor.name,
        reason: (row) => row.reason,
        tokens: (row) => row.tokens,
        cut: (row) => `${row.cut} of ${row.sessions}`,
        "last cut": (row) => (row.lastCutMilliseconds === null ? "" : `${Math.round(row.lastCutMilliseconds)} ms`),
        signed: (row) => row.settledAt,
        id: (row) => row.id,
      });
    }),
  );
  leaf(noun, io, "show <id>", "one revocation, with what became of each session", async ({ ctx, output, options, args }) => {
    const revocationId = args[0] ?? "";
    if (typeof options.receipt === "string") writeNewFile(options.receipt, `${(await getReceipt(ctx, { revocationId })).jws}\n`);
    printRevocation(output, await getRevocation(ctx, { revocationId }));
  }).option("--receipt <file>", "also write the signed receipt to this new file");
  leaf(noun, io, "verify <file>", "whether a receipt is genuine and unchanged, by the keys of this installation", async ({ ctx, output, args }) => {
    const { kid, receipt } = await verifyReceipt(ctx.database, readText(args[0] ?? ""));
    const { sessions, cut, notCut, lastCutMilliseconds } = receipt.summary;
    printFacts(
      output,
      { genuine: true, kid, receipt },
      {
        genuine: `yes, signed with ${kid}`,
        revocation: `${receipt.jti}, version ${receipt.version}`,
        at: receipt.at,
        by: receipt.actor.name,
        reason: receipt.reason,
        tokens: receipt.tokens.count,
        sessions: `${cut} of ${sessions} cut${lastCutMilliseconds === null ? "" : ` in ${lastCutMilliseconds} ms`}, ${notCut} not cut`,
      },
    );
  });
}

async function selectorOf(ctx: Context, { token, device, subject, issuedBefore, batch, kid, query }: Record<string, unknown>): Promise<RevocationSelector> {
  const before = typeof issuedBefore === "string" ? { issuedBefore } : {};
  const selectors: RevocationSelector[] = [
    ...(typeof token === "string" ? [{ tokenId: token }] : []),
    ...(typeof device === "string" ? [{ deviceId: (await findDevice(ctx, { device })).deviceId }] : []),
    ...(typeof subject === "string" ? [{ subject, ...before }] : []),
    ...(typeof batch === "string" ? [{ batchId: batch }] : []),
    ...(typeof kid === "string" ? [{ kid }] : []),
    ...(typeof query === "string" ? [{ query }] : []),
  ];
  const [selector, second] = selectors;
  if (!selector || second)
    throw new SallyportError("invalid_input", "Say which tokens: exactly one of --token, --device, --subject, --batch, --kid and --query.", {
      hint: "Nothing was revoked.",
    });
  return selector;
}

function printPreview(output: Output, preview: RevocationPreview): void {
  const { count, first } = preview.devicesLeftWithout;
  printFacts(output, preview, {
    tokens: preview.tokens,
    "of them live": preview.live,
    "open sessions": preview.sessions.map(({ broker, sessions }) => `${sessions} at ${broker}`).join(", ") || "none",
    "devices left without any": count === 0 ? "none" : `${count}: ${first.map(({ name }) => name).join(", ")}${count > first.length ? ", …" : ""}`,
  });
}

function printRevocation(output: Output, revocation: RevocationView): void {
  const { sessions, cut, open, lastCutMilliseconds } = revocation;
  printFacts(output, revocation, {
    revocation: revocation.id,
    at: revocation.at,
    by: revocation.actor.name,
    reason: revocation.reason,
    tokens: revocation.tokens,
    sessions: `${cut} of ${sessions} cut${lastCutMilliseconds === null ? "" : ` in ${Math.round(lastCutMilliseconds)} ms`}, ${open} still open`,
    "reconnects refused": revocation.reconnectsRefused,
    receipt: revocation.settledAt === null ? "not signed yet" : `signed at ${revocation.settledAt}, version ${revocation.receiptVersion}`,
  });
}
