import { profileSchema } from "@/lib/domain/devices/site-view";
import { setAllowList } from "@/lib/server/posture/set-allow-list";
import { route } from "@/lib/web/route";

export const PATCH = route({
  summary: "Say what may listen on the devices of a profile, and where they may connect to",
  verb: setAllowList,
  output: profileSchema,
});
