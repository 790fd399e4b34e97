import { type Command, Option } from "commander";
import { SallyportError } from "@/lib/base/errors";
import { acknowledgeAlert, addAlertRule, addChannel, listAlertRules, listAlerts, listChannels } from "@/lib/server/alerts";
import { listAuditEvents } from "@/lib/server/audit/list-audit-events";
import { migrationState } from "@/lib/server/database/migration-state";
import { findDevice } from "@/lib/server/devices/find-device";
import { checkHealth } from "@/lib/server/fleets/check-health";
import { listFleets } from "@/lib/server/fleets/list-fleets";
import { decimal, given, type Io, leaf, paged, whole } from "../leaf";
import { printFacts, printJson, printList } from "../output";

export function alertCommands(program: Command, io: Io): void {
  const alerts = program.command("alerts").description("alerts: list, acknowledge");
  paged(
    leaf(alerts, io, "list", "firing, pending, then resolved; newest first", async ({ ctx, output, options }) => {
      const device = typeof options.device === "string" ? { deviceId: (await findDevice(ctx, { device: options.device })).deviceId } : {};
      printList(output, await listAlerts(ctx, { ...device, ...given(options, "state", "limit", "cursor") }), {
        state: (row) => row.state,
        severity: (row) => row.rule.severity,
        rule: (row) => row.rule.name,
        device: (row) => row.device.name,
        since: (row) => row.firedAt ?? row.pendingAt,
        acknowledged: (row) => row.acknowledgedBy,
        id: (row) => row.id,
      });
    }),
  )
    .option("--state <state>", "open, pending, firing or resolved")
    .option("--device <device>", "of this device, by id or name");
  leaf(alerts, io, "acknowledge <id>", "say that you know of it", async ({ ctx, output, options, args }) => {
    const alert = await acknowledgeAlert(ctx, { alertId: args[0] ?? "", ...given(options, "comment") });
    printFacts(output, alert, {
      alert: alert.rule.name,
      device: alert.device.name,
      state: alert.state,
      acknowledged: `${alert.acknowledgedBy} at ${alert.acknowledgedAt}`,
    });
  }).option("--comment <text>");
}

export function ruleCommands(program: Command, io: Io): void {
  const rules = program.command("rules").description("alert rules: add, list");
  leaf(
    rules,
    io,
    "add <name>",
    "add a rule: a device offline, one that sends in the open or whose posture is not as it should be, or a metric above or below a threshold",
    async ({ ctx, output, options, args }) => {
      const scope = typeof options.device === "string" ? { deviceId: (await findDevice(ctx, { device: options.device })).deviceId } : {};
      const base = { name: args[0] ?? "", ...scope, ...given(options, "holdSeconds", "severity", "siteId", "profileId") };
      const { metric, comparison, threshold } = thresholdOf(options);
      const rule = await addAlertRule(
        ctx,
        metric === undefined
          ? { kind: options.posture === true ? "posture" : options.leak === true ? "leak" : "offline", ...base }
          : { kind: "threshold", metric, comparison, threshold, ...base },
      );
      printFacts(output, rule, { rule: rule.name, kind: rule.kind, id: rule.id });
    },
  )
    .option("--metric <name>", "with --above or --below; without: a device is offline")
    .option("--leak", "a device sends in the open where its profile requires encryption")
    .option("--posture", "a device listens or connects where its profile does not allow it, or its traffic jumps")
    .option("--above <value>", "fires above it", decimal)
    .option("--below <value>", "fires below it", decimal)
    .option("--hold-seconds <n>", "how long the condition must hold (default 60)", whole)
    .addOption(new Option("--severity <severity>").choices(["info", "warning", "critical"]))
    .option("--device <device>", "for this device only, by id or name")
    .option("--site-id <id>", "for this site only")
    .option("--profile-id <id>", "for this profile only");
  paged(
    leaf(rules, io, "list", "alert rules, by name", async ({ ctx, output, options }) => {
      printList(output, await listAlertRules(ctx, given(options, "limit", "cursor")), {
        name: (row) => row.name,
        kind: (row) => row.kind,
        condition: (row) => (row.metric === null ? "" : `${row.metric} ${row.comparison} ${row.threshold}`),
        hold: (row) => `${row.holdSeconds} s`,
        severity: (row) => row.severity,
        enabled: (row) => row.enabled,
        firing: (row) => row.firing,
        id: (row) => row.id,
      });
    }),
  );
}

function thresholdOf(options: Record<string, unknown>): { metric: string | undefined; comparison: "above" | "below"; threshold: number } {
  const metric = typeof options.metric === "string" ? options.metric : undefined;
  const bounds = (["above", "below"] as const).filter((name) => options[name] !== undefined);
  const [comparison = "above"] = bounds;
  if (bounds.length !== (metric === undefined ? 0 : 1))
    throw new SallyportError("invalid_input", "A threshold rule needs --metric with one of --above and --below.", {
      hint: "Leave all three out for a rule on devices that are offline.",
    });
  return { metric, comparison, threshold: Number(options[comparison] ?? 0) };
}

export function channelCommands(program: Command, io: Io): void {
  const channels = program.command("channels").description("where alerts go: add, list");
  leaf(channels, io, "add <name> <url>", "add a webhook; its signing secret is shown once", async ({ ctx, output, args }) => {
    const { channel, secret } = await addChannel(ctx, { name: args[0] ?? "", url: args[1] ?? "" });
    printFacts(output, { ...channel, secret }, { channel: channel.name, url: channel.url, id: channel.id, secret });
  });
  paged(
    leaf(channels, io, "list", "channels, by name", async ({ ctx, output, options }) => {
      printList(output, await listChannels(ctx, given(options, "limit", "cursor")), {
        name: (row) => row.name,
        url: (row) => row.url,
        enabled: (row) => row.enabled,
        "last delivery": (row) => row.lastDelivery && `${row.lastDelivery.state} ${row.lastDelivery.at}`,
        id: (row) => row.id,
      });
    }),
  );
}

export function houseCommands(program: Command, io: Io): void {
  leaf(program.command("fleets").description("fleets: list"), io, "list", "every fleet of this installation", async ({ ctx, output }) => {
    printList(output, await listFleets(ctx), { name: (row) => row.name, devices: (row) => row.devices, members: (row) => row.members, id: (row) => row.id });
  });
  paged(
    leaf(program.command("audit").description("the audit log: list"), io, "list", "who did what, newest first", async ({ ctx, output, options }) => {
      printList(output, await listAuditEvents(ctx, given(options, "objectId", "action", "limit", "cursor")), {
        at: (row) => row.at,
        who: (row) => row.actor.name,
        via: (row) => row.via,
        action: (row) => row.action,
        object: (row) => row.objectId,
      });
    }),
  )
    .option("--object-id <id>", "of this object")
    .option("--action <action>", "of this kind, for example device.added");
  leaf(program, io, "health", "whether each part does its work; exit 1 when one does not", async ({ ctx, output }) => {
    const parts = [...(await checkHealth(ctx)), { part: "migrations", ...(await migrationState(ctx.database.pool)) }];
    const ok = parts.every((part) => part.ok);
    if (output.json) printJson(output, { ok, parts });
    else printFacts(output, {}, Object.fromEntries(parts.map(({ part, ok: well, detail }) => [part, `${well ? "ok" : "NOT OK"}: ${detail}`])));
    io.exitCode = ok ? 0 : 1;
  });
}
