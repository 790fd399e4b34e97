import { type Command, Option } from "commander";
import { type PlatformListener, platformPart, platformText } from "@/lib/domain/platform/platform-view";
import { PROOF_STATES } from "@/lib/domain/posture/proof";
import { getPlatform } from "@/lib/server/platform/get-platform";
import { getStatement } from "@/lib/server/posture/get-statement";
import { listPosture } from "@/lib/server/posture/list-posture";
import { verifyStatement } from "@/lib/server/posture/verify-statement";
import { readText, writeNewFile } from "../files";
import { given, type Io, leaf, paged } from "../leaf";
import { printFacts, printList } from "../output";

export function postureCommands(program: Command, io: Io): void {
  const noun = program.command("posture").description("zero inbound ports: list, statement, verify, platform");
  paged(
    leaf(noun, io, "list", "which devices proved it in the last 24 hours, the most urgent first", async ({ ctx, output, options }) => {
      const state = PROOF_STATES.filter((one) => one === options.state);
      printList(output, await listPosture(ctx, { ...given(options, "q", "limit", "cursor"), ...(state.length > 0 ? { state } : {}) }), {
        state: (row) => row.state,
        name: (row) => row.name,
        site: (row) => row.site?.name,
        inbound: (row) => row.inbound,
        what: (row) => row.findings.map(({ what }) => what).join(" "),
        since: (row) => row.since,
        reported: (row) => row.reportedAt,
        id: (row) => row.id,
      });
    }),
  )
    .addOption(new Option("--state <state>", "only these").choices(PROOF_STATES))
    .option("--q <query>", "of the devices that a query picks");
  leaf(noun, io, "statement", "the fleet's signed statement of this moment", async ({ ctx, output, options }) => {
    const { statement, jws, text } = await getStatement(ctx, { format: options.csv === true ? "csv" : "jws" });
    if (typeof options.out === "string") writeNewFile(options.out, text);
    const { notProved } = statement;
    printFacts(
      output,
      { statement, jws },
      { statement: statement.text, "not proved": notProved.map(({ name, state }) => `${name} (${state})`).join(", ") || "none", ...given(options, "out") },
    );
  })
    .option("--out <file>", "also write the signed document (JWS) to this new file")
    .option("--csv", "with --out: every device with its state instead");
  leaf(noun, io, "platform", "what the platform itself listens on", async ({ ctx, output }) => {
    const platform = await getPlatform(ctx, {});
    const rows = platform.machines.flatMap(({ node, listeners }) => listeners.map((one) => [`${one.protocol}/${one.port} ${node}`, wordsOf(one)]));
    printFacts(output, platform, { platform: platformText(platformPart(platform)), ...Object.fromEntries(rows) });
  });
  leaf(noun, io, "verify <file>", "whether a statement is genuine and unchanged, by the keys of this installation", async ({ ctx, output, args }) => {
    const { kid, statement } = await verifyStatement(ctx.database, readText(args[0] ?? ""));
    printFacts(
      output,
      { genuine: true, kid, statement },
      { genuine: `yes, signed with ${kid}`, statement: statement.text, fleet: statement.fleet.name, at: statement.to },
    );
  });
}

const wordsOf = ({ address, process, pid, purpose, verdict }: PlatformListener) => `${verdict}: ${purpose ?? "no purpose"}, ${address}, ${process} ${pid}`;
