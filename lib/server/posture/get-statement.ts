import { createHash } from "node:crypto";
import { z } from "zod";
import { toCsv } from "@/lib/base/csv";
import { SallyportError } from "@/lib/base/errors";
import { platformPart } from "@/lib/domain/platform/platform-view";
import { PROOF_REASONS, type ProofState } from "@/lib/domain/posture/proof";
import { assembleStatement, digestLines, type ProvedDevice, STATEMENT_TYPE, type Statement } from "@/lib/domain/posture/statement";
import { readPlatform } from "@/lib/server/platform/get-platform";
import { signDocument } from "@/lib/server/tokens/sign-document";
import { currentSigner } from "@/lib/server/tokens/signing-keys";
import { readVerb } from "@/lib/server/verb";
import { PROOF_TABLES, proofSql } from "./proof-sql";

type Row = ProvedDevice & { site: string | null; profile: string; listenedAt: Date | null };

const COLUMNS = {
  id: (row: Row) => row.id,
  name: (row: Row) => row.name,
  site: (row: Row) => row.site,
  profile: (row: Row) => row.profile,
  state: (row: Row) => row.state,
  reason: (row: Row) => PROOF_REASONS[row.state],
  reported_at: (row: Row) => row.reportedAt?.toISOString(),
  inbound: (row: Row) => row.inbound,
  listened_at: (row: Row) => row.listenedAt?.toISOString(),
} as const;

/**
 * The fleet's statement of this moment: signed by the installation's key as receipts are (`jws`), readable beside its signature
 * (`json`), or every device with its state (`csv`). It is about all devices that are not retired.
 */
export const getStatement = readVerb({
  permission: "devices:read",
  input: z.object({ format: z.enum(["jws", "json", "csv"]).default("jws") }),
  async run(ctx, { format }): Promise<{ format: "jws" | "json" | "csv"; text: string; jws: string; statement: Statement }> {
    const { pool, prisma } = ctx.database;
    const now = ctx.clock.now();
    const fleet = await prisma.fleet.findUniqueOrThrow({ where: { id: ctx.fleetId }, select: { id: true, name: true } });
    const { rows } = await pool.query<Omit<Row, "state"> & { state: ProofState }>(
      `select d.id, d.name, s.name as site, f.name as profile, ${proofSql("$2")} as state, r.received_at as "reportedAt", r.inbound, r.listened_at as "listenedAt"
       from ${PROOF_TABLES} left join site s on s.id = d.site_id join profile f on f.id = d.profile_id
       where d.fleet_id = $1 and d.lifecycle <> 'retired' order by lower(d.name), d.id`,
      [ctx.fleetId, now],
    );
    const digest = createHash("sha256").update(digestLines(rows)).digest("hex");
    const platform = platformPart(await readPlatform(ctx.database, now));
    const statement = assembleStatement(fleet, rows, { now, digest, platform });
    const signer = await currentSigner(prisma, ctx.secrets, now);
    if (!signer) throw new SallyportError("unavailable", "There is no signing key yet.", { hint: "The broker makes one when it starts." });
    const jws = signDocument(STATEMENT_TYPE, statement, signer);
    return { format, text: format === "csv" ? toCsv(rows, COLUMNS) : `${jws}\n`, jws, statement };
  },
});
