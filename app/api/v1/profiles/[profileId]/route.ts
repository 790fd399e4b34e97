import { profileSchema } from "@/lib/domain/devices/site-view";
import { setProfileEncryption } from "@/lib/server/encryption/set-profile-encryption";
import { route } from "@/lib/web/route";

export const PATCH = route({ summary: "Say whether the devices of a profile encrypt", verb: setProfileEncryption, output: profileSchema });
