import { hookRoute, mosquittoAdmit } from "@/lib/server/broker-hooks";
import { webRuntime } from "@/lib/web/runtime";

export const POST = hookRoute(mosquittoAdmit, webRuntime);
