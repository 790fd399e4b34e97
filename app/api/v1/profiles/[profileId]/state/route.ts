import { profileStateSchema } from "@/lib/domain/device-state/state-view";
import { getProfileState, setProfileState } from "@/lib/server/device-state/profile-state";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "What a profile desires of its devices", verb: getProfileState, output: profileStateSchema });

export const PATCH = route({
  summary: "Change what a profile desires of its devices (RFC 7396); each device's own state goes before it",
  verb: setProfileState,
  output: profileStateSchema,
});
