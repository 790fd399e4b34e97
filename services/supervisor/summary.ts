import path from "node:path";
import { styleText } from "node:util";
import { type Env, publicUrl } from "@/lib/base/env";

interface Facts {
  env: Env;
  /** One-time link for the first administrator, when there is none yet. */
  setupUrl: string | null;
  /** Whether the administrator is the demo's own, whose password may be shown. */
  demoAdmin: boolean;
}

/** What a person needs to know once everything runs. */
export function summary({ env, setupUrl, demoAdmin }: Facts): string {
  const inside = path.relative(process.cwd(), env.DATA_DIR);
  const folder = inside.startsWith("..") ? env.DATA_DIR : inside || ".";
  const rows: [string, string][] = [["Console", publicUrl(env)]];
  if (setupUrl) rows.push(["Set up", `${setupUrl}  (works once, for a day)`]);
  else if (demoAdmin) rows.push(["Sign in", `${env.ADMIN_EMAIL}   password ${env.ADMIN_PASSWORD}`]);
  else rows.push(["Sign in", env.ADMIN_EMAIL ? `${env.ADMIN_EMAIL}, with the password you set` : "with your account"]);
  rows.push(["MQTT", `${env.MQTT_HOST}:${env.MQTT_PORT} plain, ${env.MQTTS_HOST}:${env.MQTTS_PORT} TLS`]);
  if (!env.TLS_CERT) rows.push(["TLS", `devices trust ${path.join(folder, "tls/ca.crt")}`]);
  rows.push(["Data", folder], ["Logs", path.join(folder, "logs")]);
  const lines = rows.map(([name, value]) => `  ${styleText("dim", name.padEnd(8))} ${value}`);
  return `\n${styleText("bold", "Sallyport runs.")}\n\n${lines.join("\n")}\n\nCtrl-C stops everything.\n`;
}
