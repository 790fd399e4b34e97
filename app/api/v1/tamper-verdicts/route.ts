import { tamperVerdictSchema } from "@/lib/domain/diagnosis/tamper-view";
import { listTamperVerdicts } from "@/lib/server/diagnosis";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({
  summary: "Devices that somebody may have laid hands on, newest suspicion first",
  verb: listTamperVerdicts,
  output: pageOf(tamperVerdictSchema),
});
