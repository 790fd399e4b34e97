import { type Command, Option } from "commander";
import { COMPLIANCE_STATES } from "@/lib/domain/compliance/judgement";
import { getCompliance } from "@/lib/server/compliance/get-compliance";
import { verifyPack } from "@/lib/server/compliance/verify-pack";
import { readText, writeNewFile } from "../files";
import { type Io, leaf } from "../leaf";
import { printFacts, printList } from "../output";

export function complianceCommands(program: Command, io: Io): void {
  const noun = program.command("compliance").description("evidence by ETSI EN 303 645 and NIST IR 8259A: list, export, verify");
  leaf(noun, io, "list", "each provision with its state and the figures of this fleet", async ({ ctx, output, options }) => {
    const { pack } = await getCompliance(ctx, {});
    const items = pack.provisions.filter(({ state }) => options.state === undefined || state === options.state);
    printList(
      output,
      { items, total: items.length, nextCursor: null },
      {
        state: (row) => row.state,
        provision: (row) => row.number,
        text: (row) => row.text,
        evidence: (row) => row.evidence.map(({ text }) => text).join(" ") || row.beyond,
      },
    );
  }).addOption(new Option("--state <state>", "only these").choices(COMPLIANCE_STATES));
  leaf(noun, io, "export <file>", "the signed pack (JWS) into a new file", async ({ ctx, output, options, args }) => {
    const { pack, file } = await getCompliance(ctx, { format: options.pdf === true ? "pdf" : "jws" });
    writeNewFile(args[0] ?? "", file);
    printFacts(output, { pack }, { evidence: pack.text, fleet: pack.fleet.name, at: pack.at, file: args[0] ?? "" });
  }).option("--pdf", "on paper instead, with the signed pack inside");
  leaf(noun, io, "verify <file>", "whether a signed pack is genuine and unchanged, by the keys of this installation", async ({ ctx, output, args }) => {
    const { kid, pack } = await verifyPack(ctx.database, readText(args[0] ?? ""));
    printFacts(output, { genuine: true, kid, pack }, { genuine: `yes, signed with ${kid}`, evidence: pack.text, fleet: pack.fleet.name, at: pack.at });
  });
}
