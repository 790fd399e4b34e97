import type { Command } from "commander";
import { SallyportError } from "@/lib/base/errors";
import { type DeviceStateView, shownValue } from "@/lib/domain/device-state/state-view";
import type { Context } from "@/lib/server/context";
import { getDeviceState } from "@/lib/server/device-state/get-device-state";
import { listStateChanges } from "@/lib/server/device-state/list-state-changes";
import { getProfileState, setProfileState } from "@/lib/server/device-state/profile-state";
import { setDesired } from "@/lib/server/device-state/set-desired";
import { findDevice } from "@/lib/server/devices/find-device";
import { listProfiles } from "@/lib/server/devices/profiles";
import { given, type Io, leaf, paged, whole } from "../leaf";
import { type Output, printFacts, printList } from "../output";

export function stateCommands(program: Command, io: Io): void {
  const noun = program.command("state").description("what is desired of a device and what it reports: get, set, history, defaults");
  leaf(noun, io, "get <device>", "one device, by id or name", async ({ ctx, output, args }) => {
    printState(output, await getDeviceState(ctx, await findDevice(ctx, { device: args[0] ?? "" })));
  });
  leaf(noun, io, "set <device> <json>", "change what is desired (JSON merge patch: null takes a key away)", async ({ ctx, output, options, args }) => {
    const { deviceId } = await findDevice(ctx, { device: args[0] ?? "" });
    const mode = options.replace === true ? "replace" : "merge";
    printState(output, await setDesired(ctx, { deviceId, mode, desired: readDocument(args[1]), ...given(options, "version") }));
  })
    .option("--version <n>", "only if this is still the version of what is desired", whole)
    .option("--replace", "this and nothing else, instead of a patch");
  paged(
    leaf(noun, io, "history <device>", "who changed what, and when the device followed, newest first", async ({ ctx, output, options, args }) => {
      const { deviceId } = await findDevice(ctx, { device: args[0] ?? "" });
      printList(output, await listStateChanges(ctx, { deviceId, ...given(options, "limit", "cursor") }), {
        at: (row) => row.at,
        side: (row) => row.side,
        by: (row) => row.by,
        version: (row) => row.version,
        changes: (row) =>
          row.changes.map(({ path, from, to, error }) => (error ? `${path}: ${error}` : `${path}: ${shownValue(from)} → ${shownValue(to)}`)).join("; "),
      });
    }),
  );
  leaf(noun, io, "defaults <profile> [json]", "what a profile desires of its devices; with JSON: change it", async ({ ctx, output, options, args }) => {
    const profileId = await profileNamed(ctx, args[0] ?? "");
    const mode = options.replace === true ? "replace" : "merge";
    const json = args[1];
    const state = json ? await setProfileState(ctx, { profileId, mode, desired: readDocument(json) }) : await getProfileState(ctx, { profileId });
    printFacts(output, state, { profile: state.name, desired: JSON.stringify(state.desired), devices: state.devices });
  }).option("--replace", "this and nothing else, instead of a patch");
}

function printState(output: Output, state: DeviceStateView): void {
  const lines = state.values.map(({ path, desired, reported, status, since, source, error }) => {
    const told = `desired ${shownValue(desired)}${source === "profile" ? " (profile)" : ""}, reported ${shownValue(reported)}`;
    return [path, status === null ? `reported ${shownValue(reported)}` : `${status} since ${since}: ${told}${error ? ` (${error})` : ""}`];
  });
  printFacts(output, state, {
    status: state.status ?? "nothing is desired",
    version: `${state.version}, the device is at ${state.appliedVersion}`,
    reported: state.reportedAt,
    "held back": state.heldBack,
    ...Object.fromEntries(lines),
  });
}

function readDocument(text: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(text ?? "") as Record<string, unknown>;
  } catch {
    throw new SallyportError("invalid_input", "This is not JSON.", { hint: `For example '{"reportEverySeconds": 30}'.` });
  }
}

async function profileNamed(ctx: Context, name: string): Promise<string> {
  const { items } = await listProfiles(ctx, {});
  const found = items.find((profile) => profile.id === name || profile.name === name);
  if (!found) throw new SallyportError("not_found", `No profile named ${name}.`);
  return found.id;
}
