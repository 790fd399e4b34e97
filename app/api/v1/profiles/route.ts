import { profileSchema } from "@/lib/domain/devices/site-view";
import { addProfile, listProfiles } from "@/lib/server/devices/profiles";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Device profiles, by name", verb: listProfiles, output: pageOf(profileSchema) });

export const POST = route({ summary: "Add a device profile", verb: addProfile, output: profileSchema, status: 201 });
