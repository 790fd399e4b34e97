import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { DeviceInvestigation } from "@/lib/domain/investigations/investigation-view";
import { readVerb } from "../verb";
import { ABSENCES, type AbsenceRow, absenceView, NOTES } from "./absences";
import { assigneesOf } from "./assignees";

const NOTES_SHOWN = 100;

/** What people do about a device that is away: who has it, until when it is put off, the notes. Without an absence there is nothing to do. */
export const getInvestigation = readVerb({
  permission: "devices:read",
  input: z.object({ deviceId: z.string().min(1).max(64) }),
  async run({ database: { pool, prisma }, fleetId, clock }, { deviceId }): Promise<DeviceInvestigation> {
    const device = await prisma.device.findFirst({ where: { id: deviceId, fleetId }, select: { id: true } });
    if (!device) throw notFound("device");
    const { rows } = await pool.query<AbsenceRow & { notes: number; last_note: string | null }>(
      `select x.*, ${NOTES} from (${ABSENCES} and p.device_id = $3) x`,
      [fleetId, clock.now(), deviceId],
    );
    const [row] = rows;
    const notes = await prisma.investigationNote.findMany({
      where: { investigationId: row?.investigation_id ?? "" },
      orderBy: { id: "desc" },
      take: NOTES_SHOWN,
    });
    return {
      absence: row ? absenceView(row) : null,
      notes: notes.map(({ at, author, text }) => ({ at: at.toISOString(), author, text })),
      assignees: await assigneesOf(prisma, fleetId),
    };
  },
});
