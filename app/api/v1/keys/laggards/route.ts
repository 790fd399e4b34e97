import { laggardSchema } from "@/lib/domain/encryption/key-view";
import { listLaggards } from "@/lib/server/encryption/list-laggards";
import { pageOf } from "@/lib/web/page-of";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Devices that do not use their newest key yet, by name", verb: listLaggards, output: pageOf(laggardSchema) });
