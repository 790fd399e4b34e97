import type { Command } from "commander";
import { writeClaimLink } from "@/lib/protocol/claim-code";
import { createClaim } from "@/lib/server/claims/create-claim";
import { approveEnrolment, denyEnrolment } from "@/lib/server/claims/decide-enrolment";
import { listEnrolments } from "@/lib/server/claims/list-enrolments";
import { getClaim, listClaims } from "@/lib/server/claims/read-claims";
import { revokeClaim } from "@/lib/server/claims/revoke-claim";
import { linesOf } from "../files";
import { given, type Io, leaf, paged, whole } from "../leaf";
import { printFacts, printList } from "../output";
import { batchCommands } from "./claim-batches";

export function claimCommands(program: Command, io: Io): void {
  const noun = program.command("claims").description("codes that let devices in: create, batch, batches, list, show, revoke, devices, approve, deny");
  leaf(noun, io, "create", "make a claim code; it is told once", async ({ ctx, output, options }) => {
    const serials = typeof options.serials === "string" ? { serials: linesOf(options.serials) } : {};
    const made = await createClaim(ctx, {
      name: String(options.name ?? ""),
      ...given(options, "site", "profile", "uses", "minutes", "approval", "tokenDays"),
      ...serials,
    });
    const { code, host, port, tlsPort, claim } = made;
    const link = writeClaimLink({ code: code.replaceAll("-", ""), host, port, tlsPort });
    printFacts(
      output,
      { ...made, link },
      { code, link, claim: claim.id, uses: claim.useLimit, expires: claim.expiresAt, "on the device": `npm run agent -- claim '${link}'` },
    );
  })
    .option("--name <name>", "what it is for; devices without a name of their own are named after it")
    .option("--site <site>", "where its devices stand; made when it is new")
    .option("--profile <profile>", "their profile (default: the fleet's first)")
    .option("--uses <n>", "how many devices may use it (default: 1)", whole)
    .option("--minutes <n>", "until it expires (default: 1440, a day)", whole)
    .option("--approval <who>", "auto (default), ask, or listed: serial numbers on the list get in, others wait")
    .option("--serials <file>", "one serial number a line: only these")
    .option("--token-days <n>", "how long the devices' tokens live", whole);
  batchCommands(noun, io);
  paged(
    leaf(noun, io, "list", "newest first", async ({ ctx, output, options }) => {
      printList(output, await listClaims(ctx, given(options, "limit", "cursor")), {
        name: (row) => row.name,
        code: (row) => `…${row.hint}`,
        state: (row) => (row.misused ? `${row.state}, misuse suspected` : row.state),
        used: (row) => `${row.used} of ${row.useLimit}`,
        waiting: (row) => row.waiting,
        online: (row) => row.online,
        expires: (row) => row.expiresAt,
        id: (row) => row.id,
      });
    }),
  );
  leaf(noun, io, "show <id>", "one claim, with what it refused", async ({ ctx, output, args }) => {
    const claim = await getClaim(ctx, { claimId: args[0] ?? "" });
    const { name, hint, state, used, useLimit, waiting, stored, online, expiresAt, refused } = claim;
    const refusals = Object.fromEntries(
      refused.map((row, index) => [`refused ${index + 1}`, `${row.message} (${row.code}, ${row.count}x, ${row.serial ?? row.fingerprint})`]),
    );
    printFacts(output, claim, {
      name,
      code: `…${hint}`,
      state,
      used: `${used} of ${useLimit}`,
      waiting,
      provisioned: stored,
      online,
      expires: expiresAt,
      ...Object.fromEntries(claim.misuse.map(({ evidence, endedAt }, index) => [`misuse ${index + 1}`, `${evidence}${endedAt ? ` (until ${endedAt})` : ""}`])),
      ...refusals,
    });
  });
  leaf(noun, io, "revoke <id>", "from now on it lets nobody in; devices that it let in stay", async ({ ctx, output, args }) => {
    const done = await revokeClaim(ctx, { claimId: args[0] ?? "" });
    printFacts(output, done, { claim: done.claimId, revoked: done.revoked ? "yes" : "it was already" });
  });
  paged(
    leaf(noun, io, "devices", "devices that came by claims, newest first", async ({ ctx, output, options }) => {
      printList(output, await listEnrolments(ctx, given(options, "limit", "cursor", "state")), {
        at: (row) => row.createdAt,
        state: (row) => row.state,
        claim: (row) => row.claimName,
        serial: (row) => row.serial,
        fingerprint: (row) => row.fingerprint,
        device: (row) => row.device?.name ?? null,
        id: (row) => row.id,
      });
    }),
  ).option("--state <state>", "waiting, approved, denied, issued or stored");
  for (const [act, decide, what] of [
    ["approve", approveEnrolment, "let a device in that waits, once you have compared its fingerprint"],
    ["deny", denyEnrolment, "turn a device away that waits"],
  ] as const)
    leaf(noun, io, `${act} <id>`, what, async ({ ctx, output, args }) => {
      const decided = await decide(ctx, { enrolmentId: args[0] ?? "" });
      printFacts(output, decided, { ...decided });
    });
}
