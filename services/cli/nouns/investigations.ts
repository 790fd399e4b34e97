import type { Command } from "commander";
import { findDevice } from "@/lib/server/devices/find-device";
import { changeInvestigations, getInvestigation, listInvestigationGroups, listInvestigations } from "@/lib/server/investigations/index";
import { given, type Io, leaf, paged } from "../leaf";
import { printFacts, printList } from "../output";

export function investigationCommands(program: Command, io: Io): void {
  const noun = program.command("investigations").description("devices that are away, by likely cause: groups, list, show, change");
  leaf(noun, io, "groups", "biggest group first", async ({ ctx, output, options }) => {
    const { groups, counts } = await listInvestigationGroups(ctx, given(options, "view"));
    const items = groups.map((group) => ({ ...group, counts }));
    printList(
      output,
      { items, nextCursor: null, total: items.length },
      {
        devices: (row) => row.devices,
        "likely cause": (row) => row.title,
        assigned: (row) => row.assigned,
        "longest since": (row) => row.oldestSince,
        cause: (row) => row.cause,
        outage: (row) => row.outageId,
      },
    );
  }).option("--view <view>", "open, snoozed or closed (default: open)");
  paged(
    leaf(noun, io, "list", "those away for longest first", async ({ ctx, output, options }) => {
      printList(output, await listInvestigations(ctx, given(options, "view", "cause", "outageId", "limit", "cursor")), {
        device: (row) => row.device.name,
        site: (row) => row.device.site,
        since: (row) => row.since,
        cause: (row) => row.cause,
        assignee: (row) => row.assignee?.name ?? "",
        "snoozed until": (row) => row.snoozedUntil,
        note: (row) => row.lastNote,
        id: (row) => row.device.id,
      });
    })
      .option("--view <view>", "open, snoozed or closed (default: open)")
      .option("--cause <cause>", "only this likely cause, as `groups` names it")
      .option("--outage-id <id>", "only this outage"),
  );
  leaf(noun, io, "show <device>", "who looks into it, and the notes", async ({ ctx, output, args }) => {
    const { absence, notes } = await getInvestigation(ctx, await findDevice(ctx, { device: args[0] ?? "" }));
    printFacts(
      output,
      { absence, notes },
      {
        device: absence?.device.name ?? args[0],
        "away since": absence?.since ?? "it is not away",
        cause: absence?.cause,
        assignee: absence?.assignee?.name,
        "snoozed until": absence?.snoozedUntil,
        closed: absence?.closedReason,
        notes: notes.map(({ at, author, text }) => `${at} ${author}: ${text}`).join("; "),
      },
    );
  });
  leaf(noun, io, "change <device>", "assign, note, snooze or close", async ({ ctx, output, options, args }) => {
    const { deviceId } = await findDevice(ctx, { device: args[0] ?? "" });
    const { changed } = await changeInvestigations(ctx, { deviceIds: [deviceId], ...given(options, "assigneeId", "snoozedUntil", "note", "closedReason") });
    printFacts(output, { changed }, { changed });
  })
    .option("--assignee-id <user>", "give it to this member, by id")
    .option("--snoozed-until <time>", "not before, for example 2026-11-29T08:00:00Z")
    .option("--note <text>", "kept with it")
    .option("--closed-reason <text>", "close it");
}
