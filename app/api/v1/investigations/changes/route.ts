import { z } from "zod";
import { changeInvestigations } from "@/lib/server/investigations";
import { route } from "@/lib/web/route";

export const POST = route({
  summary: "Assign, snooze, note, close or reopen what is done about absences",
  verb: changeInvestigations,
  output: z.object({ changed: z.number().int() }),
});
