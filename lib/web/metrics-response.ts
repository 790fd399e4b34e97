import { collectDefaultMetrics, type Metric as PromMetric, Registry } from "prom-client";
import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { hookRefusals } from "@/lib/server/broker-hooks";
import { readMetrics, refusalMetrics } from "@/lib/server/fleets/read-metrics";
import { identify } from "./actor";
import { problemResponse } from "./problem";
import { type Runtime, webRuntime } from "./runtime";

const LOOPBACK = /^(127\.|::1$|localhost$)/;

/** The process's own figures; on globalThis, as hot reloads would register them twice. */
const KEY = Symbol.for("sallyport.web.metrics");
const holder = globalThis as { [KEY]?: Registry };

/** Prometheus text. Open while the console listens on loopback only; otherwise with an API key of an admin. */
export async function metricsResponse(request: Request): Promise<Response> {
  const runtime = webRuntime();
  try {
    await assertMayScrape(runtime, request.headers);
    const registry = new Registry();
    const hooks = hookRefusals(runtime.database);
    for (const metric of [...(await readMetrics(runtime.database, runtime.clock.now())), ...(hooks ? refusalMetrics("hooks", hooks) : [])])
      registry.registerMetric({ name: metric.name, get: async () => metric } as unknown as PromMetric);
    const text = `${await registry.metrics()}\n${await processMetrics().metrics()}`;
    return new Response(text, { headers: { "content-type": Registry.PROMETHEUS_CONTENT_TYPE, "cache-control": "no-store" } });
  } catch (error) {
    return problemResponse(error, { requestId: newId("request"), log: runtime.log });
  }
}

async function assertMayScrape(runtime: Runtime, headers: Headers): Promise<void> {
  if (LOOPBACK.test(runtime.env.HOST) && !runtime.env.SALLYPORT_TRUST_PROXY) return;
  const caller = await identify(runtime, headers);
  if (caller?.actor.kind === "apiKey" && caller.actor.role === "admin") return;
  throw new SallyportError(caller ? "forbidden" : "unauthenticated", "Metrics of this console need an API key of an admin.", {
    hint: "Authorization: Bearer sp_...",
  });
}

function processMetrics(): Registry {
  if (!holder[KEY]) {
    holder[KEY] = new Registry();
    collectDefaultMetrics({ register: holder[KEY], prefix: "sallyport_web_" });
  }
  return holder[KEY];
}
