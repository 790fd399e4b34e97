import { profileSchema } from "@/lib/domain/devices/site-view";
import { setProfileReporting } from "@/lib/server/devices/profiles";
import { route } from "@/lib/web/route";

export const PATCH = route({
  summary: "Say how often the devices of a profile report, and how long they may sleep",
  verb: setProfileReporting,
  output: profileSchema,
});
