import { vaultViewSchema } from "@/lib/domain/sealed/sealed-view";
import { fetchRecovery } from "@/lib/server/sealed/vaults";
import { route } from "@/lib/web/route";

export const POST = route({ summary: "The keys that the recovery key opens; audited", verb: fetchRecovery, output: vaultViewSchema });
