import { type Command, Option } from "commander";
import { ROTATION_OUTCOMES } from "@/lib/domain/encryption/rotation-view";
import { findDevice } from "@/lib/server/devices/find-device";
import { getRotation } from "@/lib/server/encryption/get-rotation";
import { getKeyOverview } from "@/lib/server/encryption/key-overview";
import { listLaggards } from "@/lib/server/encryption/list-laggards";
import { listRotationDevices } from "@/lib/server/encryption/list-rotation-devices";
import { listRotations } from "@/lib/server/encryption/list-rotations";
import { rotateKeys } from "@/lib/server/encryption/rotate-keys";
import { getRotationPolicy, setRotationPolicy } from "@/lib/server/encryption/rotation-policy";
import { pauseRotation, resumeRotation, rollBackRotation } from "@/lib/server/encryption/steer-rotation";
import { given, type Io, leaf, paged, whole } from "../leaf";
import { printFacts, printList } from "../output";

export function keyCommands(program: Command, io: Io): void {
  const noun = program.command("keys").description("content keys: overview, rotate, rotations, show, devices, pause, resume, roll-back, laggards, policy");
  leaf(noun, io, "overview", "how the fleet encrypts, in numbers", async ({ ctx, output }) => {
    const overview = await getKeyOverview(ctx, {});
    printFacts(output, overview, { ...overview });
  });
  rotateCommand(noun, io);
  listCommands(noun, io);
  steerCommands(noun, io);
  policyCommand(noun, io);
}

function rotateCommand(noun: Command, io: Io): void {
  leaf(noun, io, "rotate", "give a device, those that match a query, or the fleet a new key", async ({ ctx, output, options }) => {
    const device = typeof options.device === "string" ? { deviceId: (await findDevice(ctx, { device: options.device })).deviceId } : {};
    const plan = given(options, "query", "canaryCount", "wavePercent", "soakSeconds", "abortPercent", "patienceSeconds", "overlapSeconds");
    const begun = await rotateKeys(ctx, { reason: String(options.reason ?? ""), ...device, ...plan });
    printFacts(output, begun, { rotation: begun.rotationId, devices: begun.devices });
  })
    .requiredOption("--reason <text>", "stays in the record")
    .option("--device <device>", "this one, by id or name")
    .option("--query <query>", "those that match it (docs/query.md)")
    .option("--canary-count <n>", "so many go first, alone (default 0)", whole)
    .option("--wave-percent <n>", "of the others, in each wave (default 100)", whole)
    .option("--soak-seconds <n>", "each wave is watched for so long (default 0)", whole)
    .option("--abort-percent <n>", "halt when more fail (default 100: never)", whole)
    .option("--patience-seconds <n>", "a connected device has failed after so long (default 900)", whole)
    .option("--overlap-seconds <n>", "how long the former key is taken at most (default 604800)", whole);
}

function listCommands(noun: Command, io: Io): void {
  paged(
    leaf(noun, io, "rotations", "newest first, with how far each is", async ({ ctx, output, options }) => {
      printList(output, await listRotations(ctx, given(options, "limit", "cursor")), {
        id: (row) => row.id,
        target: (row) => row.target,
        state: (row) => row.state,
        wave: (row) => `${row.wave + 1} of ${row.waveCount}`,
        used: (row) => `${row.usedOnWire} of ${row.devices}`,
        failed: (row) => row.failed,
        started: (row) => row.startedAt,
      });
    }),
  );
  leaf(noun, io, "show <rotation>", "one rotation: counts, waves, what it waits for", async ({ ctx, output, args }) => {
    const { waves, ...rotation } = await getRotation(ctx, { rotationId: args[0] ?? "" });
    const waveFacts = waves.map(({ wave, devices, usedOnWire, away, failed }) => [
      `wave ${wave + 1}`,
      `${usedOnWire} of ${devices} used, ${away} away, ${failed} failed`,
    ]);
    printFacts(output, { ...rotation, waves }, { ...rotation, ...Object.fromEntries(waveFacts) });
  });
  paged(
    leaf(noun, io, "devices <rotation>", "devices of a rotation; laggards with why", async ({ ctx, output, options, args }) => {
      printList(output, await listRotationDevices(ctx, { rotationId: args[0] ?? "", ...given(options, "outcome", "limit", "cursor") }), {
        name: (row) => row.name,
        wave: (row) => row.wave + 1,
        outcome: (row) => row.outcome,
        why: (row) => row.why,
        state: (row) => `${row.state} since ${row.since}`,
        used: (row) => row.firstSeenAt,
      });
    }),
  ).addOption(new Option("--outcome <outcome>", "which of them").choices(["lagging", ...ROTATION_OUTCOMES]));
  paged(
    leaf(noun, io, "laggards", "devices that do not use their newest key, with why", async ({ ctx, output, options }) => {
      printList(output, await listLaggards(ctx, given(options, "limit", "cursor")), {
        name: (row) => row.name,
        state: (row) => `${row.state} since ${row.since}`,
        newest: (row) => row.newest,
        used: (row) => row.used,
        why: (row) => row.why,
      });
    }),
  );
}

function steerCommands(noun: Command, io: Io): void {
  for (const [name, verb, description] of [
    ["pause", pauseRotation, "no further wave begins"],
    ["resume", resumeRotation, "go on; devices that failed so far do not halt it again"],
    ["roll-back", rollBackRotation, "end it, and give devices their former key back"],
  ] as const)
    leaf(noun, io, `${name} <rotation>`, description, async ({ ctx, output, options, args }) => {
      const result = await verb(ctx, { rotationId: args[0] ?? "", reason: String(options.reason ?? "") });
      printFacts(output, result, { ...result });
    }).requiredOption("--reason <text>", "stays in the record");
}

function policyCommand(noun: Command, io: Io): void {
  leaf(noun, io, "policy", "when rotations begin by themselves; with options, changes it", async ({ ctx, output, options }) => {
    const switches = { whenMemberLeaves: options.memberLeaves, whenTamperSuspected: options.tamper };
    const changes = {
      ...given(options, "afterMessages"),
      ...(options.everyDays === undefined ? {} : { everyDays: options.everyDays === 0 ? null : Number(options.everyDays) }),
      ...Object.fromEntries(Object.entries(switches).flatMap(([key, value]) => (value === undefined ? [] : [[key, value === "on"]]))),
    };
    const policy = Object.keys(changes).length > 0 ? await setRotationPolicy(ctx, changes) : await getRotationPolicy(ctx, {});
    printFacts(output, policy, { ...policy, everyDays: policy.everyDays ?? "never" });
  })
    .option("--every-days <n>", "no key gets older; 0: never by calendar", whole)
    .option("--after-messages <n>", "no key seals more", whole)
    .addOption(new Option("--member-leaves <state>", "rotate what a leaving member had fetched").choices(["on", "off"]))
    .addOption(new Option("--tamper <state>", "rotate a device when tampering is suspected").choices(["on", "off"]));
}
