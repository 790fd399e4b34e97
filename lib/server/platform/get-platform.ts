import { z } from "zod";
import { type Platform, platformReportSchema } from "@/lib/domain/platform/platform-view";
import type { Database } from "@/lib/server/database/client";
import { readVerb } from "@/lib/server/verb";

/** Reports come every half minute. */
const STALE_MS = 120_000;

/** What the processes of this installation listen on. Of the whole installation, the same in every fleet. */
export const getPlatform = readVerb({
  permission: "platform:read",
  input: z.object({}),
  run: ({ database, clock }) => readPlatform(database, clock.now()),
});

export async function readPlatform({ prisma }: Pick<Database, "prisma">, now: Date): Promise<Platform> {
  const rows = await prisma.platformReport.findMany({ orderBy: { node: "asc" } });
  return {
    machines: rows.map(({ node, at, report }) => ({
      ...platformReportSchema.parse(report),
      node,
      at: at.toISOString(),
      stale: now.getTime() - at.getTime() > STALE_MS,
    })),
  };
}
