import { hookRoute, rabbitmqTopic } from "@/lib/server/broker-hooks";
import { webRuntime } from "@/lib/web/runtime";

export const POST = hookRoute(rabbitmqTopic, webRuntime);
