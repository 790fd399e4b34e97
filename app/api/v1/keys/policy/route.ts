import { rotationPolicySchema } from "@/lib/domain/encryption/rotation-policy";
import { getRotationPolicy, setRotationPolicy } from "@/lib/server/encryption/rotation-policy";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "When key rotations begin by themselves", verb: getRotationPolicy, output: rotationPolicySchema });

export const PATCH = route({ summary: "Change when key rotations begin by themselves", verb: setRotationPolicy, output: rotationPolicySchema });
