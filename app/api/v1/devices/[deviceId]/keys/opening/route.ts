import { openingKeysSchema } from "@/lib/domain/encryption/key-view";
import { fetchOpeningKeys } from "@/lib/server/encryption/opening-keys";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "The keys that open what a device sends; audited", verb: fetchOpeningKeys, output: openingKeysSchema });
