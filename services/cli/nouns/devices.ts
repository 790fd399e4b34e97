import type { Command } from "commander";
import { addDevice } from "@/lib/server/devices/add-device";
import { changeDevice } from "@/lib/server/devices/change-device";
import { decommissionDevice, getDecommission } from "@/lib/server/devices/decommission-device";
import { findDevice } from "@/lib/server/devices/find-device";
import { getDevice } from "@/lib/server/devices/get-device";
import { listDevices } from "@/lib/server/devices/list-devices";
import { addProfile, listProfiles } from "@/lib/server/devices/profiles";
import { addSite, listSites } from "@/lib/server/devices/sites";
import { commaList, decimal, given, type Io, leaf, paged, tag, tagsOf, whole } from "../leaf";
import { printFacts, printList } from "../output";
import { deviceFileCommands } from "./device-files";

export function deviceCommands(program: Command, io: Io): void {
  const noun = program.command("devices").description("devices: add, list, show, set, retire, import, export");
  deviceFileCommands(noun, io);
  retireCommand(noun, io);
  leaf(noun, io, "add <name>", "register a device; its first token is shown once", async ({ ctx, output, options, args }) => {
    const added = await addDevice(ctx, { name: args[0] ?? "", ...given(options, "site", "profile", "tokenDays"), ...tagsOf(options) });
    printFacts(output, added, { ...added, token: `${added.token}\n(shown once; expires ${added.expiresAt})` });
  })
    .option("--site <name>", "made when there is none of that name")
    .option("--profile <name>", "default: the fleet's oldest")
    .option("--tag <key=value>", "may be given again", tag)
    .option("--token-days <n>", "lifetime of the first token (default 90)", whole);

  const list = leaf(noun, io, "list", "search devices, what needs attention first", async ({ ctx, output, options }) => {
    const page = await listDevices(ctx, given(options, "q", "state", "siteId", "lifecycle", "sort", "limit", "cursor"));
    printList(output, page, {
      name: (row) => row.name,
      state: (row) => row.presence.state,
      since: (row) => row.presence.since,
      cause: (row) => row.presence.cause,
      "last seen": (row) => row.presence.lastSeenAt,
      site: (row) => row.site?.name,
      id: (row) => row.id,
    });
  });
  paged(list)
    .option("--state <states>", "online, silent, sleeping, flapping, unknown, offline, never_seen; with commas", commaList)
    .option("--q <text>", "any part of name, id or site")
    .option("--site-id <id>", "at this site; none: at no site")
    .option("--lifecycle <states>", "pending, active, suspended, retired; with commas", commaList)
    .option("--sort <sort>", "attention, name, -name, since, -since, lastSeen, -lastSeen");

  leaf(noun, io, "show <device>", "one device, by id or name", async ({ ctx, output, args }) => {
    const { deviceId } = await findDevice(ctx, { device: args[0] ?? "" });
    const device = await getDevice(ctx, { deviceId });
    const { presence, session } = device;
    printFacts(output, device, {
      name: device.name,
      id: device.id,
      lifecycle: device.lifecycle,
      state: `${presence.state} since ${presence.since} (${presence.cause})`,
      "last seen": presence.lastSeenAt,
      site: device.site?.name,
      profile: device.profile.name,
      tags: device.tags.map(({ key, value }) => `${key}=${value}`).join(" "),
      "telemetry topic": device.telemetryTopic,
      session:
        session &&
        `${session.number} over ${session.transport} from ${session.address}${session.disconnectReason ? `, ended: ${session.disconnectReason}` : ""}`,
      ...Object.fromEntries(device.latest.map(({ metric, value, unit, time }) => [metric, `${value}${unit ? ` ${unit}` : ""} at ${time}`])),
    });
  });

  leaf(noun, io, "set <device>", "change a device, by id or name", async ({ ctx, output, options, args }) => {
    const { deviceId } = await findDevice(ctx, { device: args[0] ?? "" });
    const site = options.site === false ? { site: null } : given(options, "site");
    const gateway = options.gateway === false ? { gateway: null } : given(options, "gateway");
    const result = await changeDevice(ctx, {
      deviceId,
      ...given(options, "name", "profile", "firmware", "note", "lifecycle"),
      ...site,
      ...gateway,
      ...tagsOf(options),
    });
    printFacts(output, result, { device: deviceId, lifecycle: result.device.lifecycle, "tokens taken back": result.revokedTokens });
  })
    .option("--name <name>")
    .option("--site <name>")
    .option("--no-site", "take it off its site")
    .option("--profile <name>")
    .option("--gateway <name>", "the device that it reaches us through")
    .option("--no-gateway", "it reaches us by itself")
    .option("--firmware <version>")
    .option("--tag <key=value>", "replaces all tags; may be given again", tag)
    .option("--note <text>")
    .option("--lifecycle <state>", "active, suspended or retired; the latter two take its tokens back");
}

function retireCommand(noun: Command, io: Io): void {
  leaf(noun, io, "retire <device>", "end everything of a device at once, and say what that did", async ({ ctx, output, options, args }) => {
    const { deviceId } = await findDevice(ctx, { device: args[0] ?? "" });
    await decommissionDevice(ctx, { deviceId, ...given(options, "reason") });
    // The worker takes the retained messages off a moment later; `show` of it later says so.
    const done = await getDecommission(ctx, { deviceId });
    printFacts(output, done, {
      device: deviceId,
      at: `${done.at}, by ${done.by}`,
      "tokens revoked": done.tokens,
      "sessions cut": `${done.sessions.cut} of ${done.sessions.total}`,
      receipt: done.revocationId,
      "content keys destroyed": done.keysDestroyed,
      "rotations left": done.rotationsLeft,
      "claims closed": done.enrolmentsClosed,
      "alerts ended": done.alertsEnded,
      "commands cancelled": done.commandsCancelled,
      "investigations closed": done.investigationsClosed,
      "retained messages": done.retainedClearedAt === null ? "being cleared" : `cleared at ${done.retainedClearedAt}`,
    });
  }).option("--reason <text>", "stays in the record");
}

export function siteCommands(program: Command, io: Io): void {
  const sites = program.command("sites").description("sites: add, list");
  leaf(sites, io, "add <name>", "add a site", async ({ ctx, output, options, args }) => {
    const site = await addSite(ctx, { name: args[0] ?? "", ...given(options, "latitude", "longitude") });
    printFacts(output, site, { name: site.name, id: site.id });
  })
    .option("--latitude <degrees>", "WGS 84", decimal)
    .option("--longitude <degrees>", "WGS 84", decimal);
  paged(
    leaf(sites, io, "list", "sites, by name", async ({ ctx, output, options }) => {
      printList(output, await listSites(ctx, given(options, "limit", "cursor")), {
        name: (row) => row.name,
        devices: (row) => row.devices,
        id: (row) => row.id,
      });
    }),
  );

  const profiles = program.command("profiles").description("device profiles: add, list");
  leaf(profiles, io, "add <name>", "add a device profile", async ({ ctx, output, options, args }) => {
    const profile = await addProfile(ctx, { name: args[0] ?? "", ...given(options, "reportingIntervalSeconds") });
    printFacts(output, profile, { name: profile.name, id: profile.id, "reports every": `${profile.reportingIntervalSeconds} s` });
  }).option("--reporting-interval-seconds <n>", "how often a healthy device reports (default 60)", whole);
  paged(
    leaf(profiles, io, "list", "device profiles, by name", async ({ ctx, output, options }) => {
      const columns = { name: (row: { name: string }) => row.name };
      printList(output, await listProfiles(ctx, given(options, "limit", "cursor")), {
        ...columns,
        "reports every": (row) => `${row.reportingIntervalSeconds} s`,
        devices: (row) => row.devices,
        id: (row) => row.id,
      });
    }),
  );
}
