import { type Command, Option } from "commander";
import { DEFAULT_LAYOUT, LABEL_LAYOUT_NAMES } from "@/lib/domain/claims/label-layouts";
import { labelCsv, labelSheet } from "@/lib/domain/claims/label-sheet";
import { writeClaimLink } from "@/lib/protocol/claim-code";
import { createBatch } from "@/lib/server/claims/create-batch";
import { getBatch, listBatches, revokeBatch } from "@/lib/server/claims/read-batches";
import { linesOf, writeNewFile } from "../files";
import { given, type Io, leaf, paged, whole } from "../leaf";
import { printFacts, printList } from "../output";

export function batchCommands(noun: Command, io: Io): void {
  leaf(noun, io, "batch", "make many codes of one use each, for labels; they are told once", async ({ ctx, output, options }) => {
    const codes = typeof options.serials === "string" ? { serials: linesOf(options.serials) } : given(options, "count");
    const made = await createBatch(ctx, {
      name: String(options.name ?? ""),
      ...given(options, "site", "profile", "minutes", "approval", "tokenDays"),
      ...codes,
    });
    const { host, port, tlsPort, fleet, batch } = made;
    const labels = made.codes.map(({ code, number, serial }) => ({
      code,
      number,
      serial: serial ?? undefined,
      link: writeClaimLink({ code: code.replaceAll("-", ""), host, port, tlsPort }),
    }));
    const layout = LABEL_LAYOUT_NAMES.find((name) => name === options.layout) ?? DEFAULT_LAYOUT;
    const skip = typeof options.skip === "number" ? options.skip : 0;
    if (typeof options.csv === "string") writeNewFile(options.csv, labelCsv({ labels, expiresAt: batch.expiresAt }));
    if (typeof options.labels === "string")
      writeNewFile(options.labels, await labelSheet({ labels, fleet, name: batch.name, expiresAt: batch.expiresAt, layout, skip }));
    printFacts(output, made, {
      batch: batch.id,
      codes: batch.codes,
      "use by": batch.expiresAt,
      ...given(options, "labels", "csv"),
      ...(options.labels || options.csv ? {} : Object.fromEntries(labels.map(({ number, code }) => [String(number), code]))),
    });
  })
    .option("--name <name>", "printed on each label, with its number")
    .option("--count <n>", "how many codes, at most 1000", whole)
    .option("--serials <file>", "one serial number a line: a code for each, which takes that device only")
    .option("--minutes <n>", "use by: minutes from now (default: 1440, a day)", whole)
    .option("--site <site>", "where its devices stand; made when it is new")
    .option("--profile <profile>", "their profile (default: the fleet's first)")
    .option("--approval <who>", "auto (default) or ask")
    .option("--token-days <n>", "how long the devices' tokens live", whole)
    .option("--labels <file>", "draw them on A4 into this new PDF file")
    .addOption(new Option("--layout <sheet>", "columns x rows of its labels").choices(LABEL_LAYOUT_NAMES).default(DEFAULT_LAYOUT))
    .option("--skip <n>", "labels that are gone from the first sheet", whole)
    .option("--csv <file>", "write the codes into this new file");
  paged(
    leaf(noun, io, "batches", "batches of labels, newest first", async ({ ctx, output, options }) => {
      printList(output, await listBatches(ctx, given(options, "limit", "cursor")), {
        name: (row) => row.name,
        codes: (row) => row.codes,
        used: (row) => row.used,
        open: (row) => row.open,
        "use by": (row) => row.expiresAt,
        id: (row) => row.id,
      });
    }),
  );
  leaf(noun, io, "show-batch <id>", "one batch, with what became of each code", async ({ ctx, output, args }) => {
    const batch = await getBatch(ctx, { batchId: args[0] ?? "" });
    const lines = batch.items.map(({ number, hint, serial, state, device }) => [String(number), `…${hint} ${serial ?? ""} ${state} ${device?.name ?? ""}`]);
    printFacts(output, batch, { name: batch.name, used: `${batch.used} of ${batch.codes}`, "use by": batch.expiresAt, ...Object.fromEntries(lines) });
  });
  leaf(noun, io, "revoke-batch <id>", "its unused codes let nobody in any more", async ({ ctx, output, args }) => {
    const done = await revokeBatch(ctx, { batchId: args[0] ?? "" });
    printFacts(output, done, { batch: done.batchId, "codes revoked": done.revoked });
  });
}
