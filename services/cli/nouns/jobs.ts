import { type Command, Option } from "commander";
import { SallyportError } from "@/lib/base/errors";
import { type JobAction, jobActionSchema } from "@/lib/domain/jobs/job-action";
import { JOB_DEVICE_FILTERS, type JobTarget } from "@/lib/domain/jobs/job-view";
import { jobActionWords } from "@/lib/domain/jobs/job-words";
import type { Context } from "@/lib/server/context";
import { findDevice } from "@/lib/server/devices/find-device";
import { exportJob, listJobDevices } from "@/lib/server/jobs/list-job-devices";
import { previewJob } from "@/lib/server/jobs/preview-job";
import { getJob, listJobs } from "@/lib/server/jobs/read-jobs";
import { startJob } from "@/lib/server/jobs/start-job";
import { approveJob, cancelJob, rejectJob, undoJob } from "@/lib/server/jobs/steer-job";
import { parseInput } from "@/lib/server/verb";
import { writeNewFile } from "../files";
import { commaList, given, type Io, leaf, paged, whole } from "../leaf";
import { printFacts, printList } from "../output";

export function jobCommands(program: Command, io: Io): void {
  const noun = program.command("jobs").description("one act on many devices: start, list, show, devices, export, cancel, undo, approve, reject");
  startCommand(noun, io);
  readCommands(noun, io);
  for (const [name, verb, description] of [
    ["cancel", cancelJob, "end it where it is; what was done stays"],
    ["undo", undoJob, "put back what it changed, where nobody has changed it since"],
    ["approve", approveJob, "let it run; by another admin than who asked"],
    ["reject", rejectJob, "refuse it; by another admin than who asked"],
  ] as const)
    leaf(noun, io, `${name} <job>`, description, async ({ ctx, output, args }) => {
      const result = await verb(ctx, { jobId: args[0] ?? "" });
      printFacts(output, result, { ...result });
    });
}

function startCommand(noun: Command, io: Io): void {
  leaf(noun, io, "start <action>", "set-tag, remove-tag, move, set-profile, suspend, resume, retire or acknowledge", async ({ ctx, output, options, args }) => {
    const action = actionOf(args[0] ?? "", options);
    const target = await targetOf(ctx, options);
    const preview = await previewJob(ctx, { action, target });
    const refused = preview.refused.map(({ why, devices }) => `${devices}: ${why}`).join(" ") || "none";
    if (options.preview === true) return printFacts(output, preview, { ...preview, refused, needsApproval: preview.needsApproval ? "yes" : "no" });
    const expectedDevices = typeof options.expect === "number" ? options.expect : Array.isArray(options.device) ? preview.devices : 0;
    if (expectedDevices === 0) throw uncounted(preview.devices);
    const started = await startJob(ctx, { action, target, expectedDevices, ...given(options, "reason") });
    printFacts(output, started, { job: started.jobId, state: started.state, devices: started.devices });
  })
    .option("--query <query>", "devices that match it (docs/query.md)")
    .option("--device <devices>", "these, by id or name; with commas", commaList)
    .option("--expect <n>", "the count that --preview told; needed with --query", whole)
    .option("--preview", "only count what would be met")
    .option("--key <key>", "of the tag")
    .option("--value <value>", "of the tag (default: none)")
    .option("--site <name>", "to move them to; made when there is none of that name")
    .option("--no-site", "take them off their site")
    .option("--profile <name>", "to give them")
    .option("--comment <text>", "with acknowledge")
    .option("--reason <text>", "stays in the record");
}

function actionOf(name: string, { key, value, site, profile, comment }: Record<string, unknown>): JobAction {
  const given = { key, value, site: site === false ? null : site, profile, comment };
  return parseInput(jobActionSchema, { kind: name.replace("-", "_"), ...Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined)) });
}

async function targetOf(ctx: Context, { query, device }: Record<string, unknown>): Promise<JobTarget> {
  if (typeof query === "string" && device === undefined) return { query };
  if (!Array.isArray(device) || query !== undefined)
    throw new SallyportError("invalid_input", "Say which devices: --query or --device, one of them.", { hint: "Nothing was done." });
  const deviceIds: string[] = [];
  for (const one of device) deviceIds.push((await findDevice(ctx, { device: String(one) })).deviceId);
  return { deviceIds };
}

function uncounted(devices: number): SallyportError {
  const word = devices === 1 ? "device matches" : "devices match";
  return new SallyportError("invalid_input", `${devices.toLocaleString("en")} ${word}. Nothing was done.`, {
    hint: `To go on, give --expect ${devices}.`,
  });
}

function readCommands(noun: Command, io: Io): void {
  paged(
    leaf(noun, io, "list", "newest first, with how far each is", async ({ ctx, output, options }) => {
      printList(output, await listJobs(ctx, given(options, "limit", "cursor")), {
        id: (row) => row.id,
        what: (row) => jobActionWords(row.action),
        state: (row) => row.state,
        done: (row) => `${row.devices - row.counts.queued} of ${row.devices}`,
        refused: (row) => row.counts.refused + row.counts.failed,
        by: (row) => row.createdBy,
        at: (row) => row.createdAt,
      });
    }),
  );
  leaf(noun, io, "show <job>", "one job, with counts by outcome", async ({ ctx, output, args }) => {
    const job = await getJob(ctx, { jobId: args[0] ?? "" });
    const { action, target, counts, ...rest } = job;
    printFacts(output, job, { what: jobActionWords(action), ...counts, ...rest, canUndo: job.canUndo ? "yes" : "no", own: job.own ? "yes" : "no" });
  });
  paged(
    leaf(noun, io, "devices <job>", "devices of a job, what went wrong first", async ({ ctx, output, options, args }) => {
      printList(output, await listJobDevices(ctx, { jobId: args[0] ?? "", ...given(options, "outcome", "limit", "cursor") }), {
        name: (row) => row.name,
        outcome: (row) => row.outcome,
        why: (row) => row.why,
        before: (row) => row.before,
        after: (row) => row.after,
        at: (row) => row.at,
      });
    }),
  ).addOption(new Option("--outcome <outcome>", "which of them").choices([...JOB_DEVICE_FILTERS]));
  leaf(noun, io, "export <job> <file>", "every device with its outcome, into a new file (.jsonl, else CSV)", async ({ ctx, output, args }) => {
    const [jobId = "", file = ""] = args;
    const { text, rows } = await exportJob(ctx, { jobId, format: file.endsWith(".jsonl") ? "jsonl" : "csv" });
    writeNewFile(file, text);
    printFacts(output, { file, rows }, { file, rows });
  });
}
