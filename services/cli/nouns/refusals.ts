import { type Command, Option } from "commander";
import { REFUSED_ACTIONS } from "@/lib/domain/refusals/refusal-reasons";
import { findDevice } from "@/lib/server/devices/find-device";
import { getRefusal, listRefusals } from "@/lib/server/refusals";
import { simulateAccess } from "@/lib/server/tokens";
import { given, type Io, leaf, paged, whole } from "../leaf";
import { printFacts, printJson, printList } from "../output";

export function refusalCommands(program: Command, io: Io): void {
  const noun = program.command("refusals").description("what brokers did not allow: list, explain");
  paged(
    leaf(noun, io, "list", "newest first, counted by hour", async ({ ctx, output, options }) => {
      const device = typeof options.device === "string" ? { deviceId: (await findDevice(ctx, { device: options.device })).deviceId } : {};
      printList(output, await listRefusals(ctx, { ...device, ...given(options, "tokenId", "subject", "action", "reason", "since", "limit", "cursor") }), {
        id: (row) => row.id,
        holder: (row) => `${row.subjectName ?? row.subject}${row.proven ? "" : " (claimed)"}`,
        action: (row) => row.action,
        topic: (row) => row.topic,
        reason: (row) => row.reasonWords,
        count: (row) => row.count,
        last: (row) => row.lastAt,
      });
    }),
  )
    .option("--device <device>", "of this device, by id or name")
    .option("--token-id <id>", "with this token")
    .option("--subject <subject>", "of this holder")
    .addOption(new Option("--action <action>").choices(REFUSED_ACTIONS))
    .option("--reason <code>", "such as implicit_deny or expired")
    .option("--since <time>", "refused at or after it, as 2026-11-28T12:00:00Z");
  leaf(noun, io, "explain <id>", "why one of them was refused, and what would allow it", async ({ ctx, output, args }) => {
    const refusal = await getRefusal(ctx, { refusalId: args[0] ?? "" });
    const { sentence, nextStep, action, topic, explanation } = refusal;
    const { decision, nearest, fix } = explanation?.words ?? { decision: "", nearest: "", fix: "" };
    printFacts(output, refusal, { what: sentence, tried: topic ? `${action} ${topic}` : action, decision, nearest, fix, "next step": nextStep });
  });
}

/** Beside the other verbs of tokens. */
export function simulateCommand(program: Command, io: Io): void {
  const noun = program.commands.find((command) => command.name() === "tokens");
  if (!noun) return;
  leaf(noun, io, "simulate <topic>", "what brokers would say to a publish or a subscription, per live token", async ({ ctx, output, options, args }) => {
    const device = typeof options.device === "string" ? { subject: (await findDevice(ctx, { device: options.device })).deviceId } : {};
    const check = { topic: args[0] ?? "", action: "publish" as const, retain: options.retain === true, ...given(options, "action", "qos") };
    const answer = await simulateAccess(ctx, { ...device, ...given(options, "subject", "tokenId"), checks: [check] });
    if (output.json) return printJson(output, answer);
    const items = answer.results.flatMap(({ token, decisions }) => decisions.map((decision) => ({ token, decision })));
    printList(
      output,
      { items, nextCursor: null, total: items.length },
      {
        token: ({ token }) => token?.id,
        label: ({ token }) => token?.label,
        decision: ({ decision }) => decision.authDecision,
        why: ({ decision: { words } }) => [words.decision, words.nearest, words.fix].filter(Boolean).join(" "),
      },
    );
  })
    .option("--device <device>", "of this device, by id or name")
    .option("--subject <subject>", "of this holder")
    .option("--token-id <id>", "of this token only")
    .addOption(new Option("--action <action>", "default publish").choices(["publish", "subscribe"]))
    .option("--qos <n>", "default 0", whole)
    .option("--retain", "the message would be retained");
}
