import { tokenPolicySchema } from "@/lib/domain/tokens/grant-policy";
import { changeTokenPolicy, readTokenPolicy } from "@/lib/server/tokens";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "What the fleet says about its tokens", verb: readTokenPolicy, output: tokenPolicySchema });
export const PATCH = route({ summary: "Change what the fleet says about its tokens", verb: changeTokenPolicy, output: tokenPolicySchema });
