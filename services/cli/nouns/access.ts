import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { SallyportError } from "@/lib/base/errors";
import { ROLES } from "@/lib/domain/members/permissions";
import type { Granted } from "@/lib/domain/tokens/grant-answer";
import { minutesInWords } from "@/lib/domain/tokens/grant-policy";
import { TOKEN_LIST_VIEWS } from "@/lib/domain/tokens/token-list";
import { connectionOf } from "@/lib/server/devices/connection";
import { findDevice } from "@/lib/server/devices/find-device";
import { addMember } from "@/lib/server/members/add-member";
import { changeMemberRole } from "@/lib/server/members/change-member-role";
import { createApiKey } from "@/lib/server/members/create-api-key";
import { findMember } from "@/lib/server/members/find-member";
import { listApiKeys } from "@/lib/server/members/list-api-keys";
import { listMembers } from "@/lib/server/members/list-members";
import { removeMember } from "@/lib/server/members/remove-member";
import { renewSetupLink } from "@/lib/server/members/renew-setup-link";
import { revokeApiKey } from "@/lib/server/members/revoke-api-key";
import { setUserDisabled } from "@/lib/server/members/set-user-disabled";
import { changeTokenPolicy, grantDeviceToken, grantToken, listTokens, readTokenPolicy, revokeToken, whoCan } from "@/lib/server/tokens";
import { exportTokens } from "@/lib/server/tokens/export-tokens";
import { writeNewFile } from "../files";
import { given, type Io, leaf, paged, whole } from "../leaf";
import { printFacts, printList } from "../output";

const role = () => new Option("--role <role>", "what they may do").choices(ROLES).makeOptionMandatory();

export function tokenCommands(program: Command, io: Io): void {
  const noun = program.command("tokens").description("access tokens: grant, policy, revoke, list, export, who");
  policyCommand(noun, io);
  leaf(
    noun,
    io,
    "grant [device]",
    "a further token for a device, by id or name, or any grant from a file; it is shown once",
    async ({ ctx, output, options, args }) => {
      if (typeof options.file === "string") {
        const answer = await grantToken(ctx, readGrant(options.file));
        const { outcome } = answer;
        printFacts(output, answer, outcome === "waiting" ? { outcome, request: answer.grantRequestId, until: answer.expiresAt } : factsOfGrant(answer));
        return;
      }
      const { deviceId } = await findDevice(ctx, { device: args[0] ?? "" });
      const granted = await grantDeviceToken(ctx, { deviceId, ...given(options, "ttlDays", "label") });
      const full = { ...granted, ...connectionOf(ctx.env, granted) };
      printFacts(output, full, full);
    },
  )
    .option("--file <grant.json>", "the body of POST /api/v1/grants, instead of a device")
    .option("--ttl-days <n>", "lifetime (default 90)", whole)
    .option("--label <text>", "to recognise it by");
  leaf(noun, io, "revoke <token-id>", "take a token back; what is connected with it is cut", async ({ ctx, output, options, args }) => {
    const result = await revokeToken(ctx, { tokenId: args[0] ?? "", ...given(options, "reason") });
    printFacts(output, result, { token: result.tokenId, revoked: result.revoked ? "now" : "was revoked before" });
  }).option("--reason <text>", "kept with it");
  paged(
    leaf(noun, io, "list", "tokens of the fleet, newest first", async ({ ctx, output, options }) => {
      const device = typeof options.device === "string" ? { deviceId: (await findDevice(ctx, { device: options.device })).deviceId } : {};
      printList(output, await listTokens(ctx, { ...device, ...given(options, "view", "kind", "q", "limit", "cursor") }), {
        id: (row) => row.id,
        subject: (row) => row.subjectName ?? row.subject,
        kind: (row) => row.subjectKind,
        label: (row) => row.label,
        state: (row) => row.state,
        "scopes used": (row) => `${row.scopesUsed} of ${row.scopesAllowing}`,
        expires: (row) => row.expiresAt,
        connected: (row) => row.connected,
      });
    }),
  )
    .option("--device <device>", "of this device, by id or name")
    .addOption(new Option("--view <view>", "which of them").choices(TOKEN_LIST_VIEWS))
    .option("--q <query>", "in the query language (docs/query.md)")
    .option("--kind <kind>", "device, console or service");
  leaf(
    noun,
    io,
    "export <file>",
    "the same list as a new file, CSV or (when it ends in .jsonl) a line of JSON for each",
    async ({ ctx, output, options, args }) => {
      const [file = ""] = args;
      const { rows, text } = await exportTokens(ctx, { ...given(options, "view", "kind", "q"), format: file.endsWith(".jsonl") ? "jsonl" : "csv" });
      writeNewFile(file, text);
      printFacts(output, { file, rows }, { file, rows });
    },
  )
    .addOption(new Option("--view <view>", "which of them").choices(TOKEN_LIST_VIEWS))
    .option("--q <query>", "in the query language (docs/query.md)")
    .option("--kind <kind>", "device, console or service");
  leaf(noun, io, "who <topic>", "who can subscribe to a topic, or publish to it", async ({ ctx, output, options, args }) => {
    const action = options.publish === true ? "publish" : "subscribe";
    const found = await whoCan(ctx, { topic: args[0] ?? "", action, ...(options.tabs === true ? { tabs: "true" } : {}) });
    const rows = [...found.allowed.map((one) => ({ ...one, standing: "can" })), ...found.stopped.map((one) => ({ ...one, standing: "stopped by a deny" }))];
    if (output.json) return printFacts(output, found, {});
    printList(
      output,
      { items: rows, nextCursor: null, total: found.allowedTotal + found.stoppedTotal },
      {
        standing: (row) => row.standing,
        token: (row) => row.token.id,
        subject: (row) => row.token.subjectName ?? row.token.subject,
        kind: (row) => row.token.subjectKind,
        label: (row) => row.token.label,
        "by its scope": (row) => row.token.scopes[row.scope]?.topic,
        expires: (row) => row.token.expiresAt,
      },
    );
  })
    .option("--publish", "who can publish to it")
    .option("--tabs", "also open browser tabs");
}

function policyCommand(noun: Command, io: Io): void {
  leaf(noun, io, "policy", "what the fleet says about its tokens; with options, changes it", async ({ ctx, output, options }) => {
    const fourEyes = options.fourEyes === undefined ? {} : { fourEyes: options.fourEyes === "on" };
    const changes = { ...given(options, "maxMinutes", "longFromMinutes", "homeGraceDays"), ...fourEyes };
    const policy = Object.keys(changes).length > 0 ? await changeTokenPolicy(ctx, changes) : await readTokenPolicy(ctx, {});
    printFacts(output, policy, {
      "longest life": minutesInWords(policy.maxMinutes),
      "four eyes": policy.fourEyes ? "on" : "off",
      "long from": minutesInWords(policy.longFromMinutes),
      "way home": `${policy.homeGraceDays} days after its token expired`,
    });
  })
    .option("--max-minutes <n>", "no token lives longer", whole)
    .option("--long-from-minutes <n>", "with four eyes: a grant is long from here on", whole)
    .option("--home-grace-days <n>", "so long after its token expired a device comes home by its identity key alone", whole)
    .addOption(new Option("--four-eyes <state>", "a wide or long grant needs a second admin").choices(["on", "off"]));
}

/** The verb parses it: here it only has to be JSON. */
function readGrant(file: string): Parameters<typeof grantToken>[1] {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new SallyportError("invalid_input", `${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const factsOfGrant = ({ token, tokenId, username, clientId, expiresAt, host, port, words }: Granted) => ({
  token,
  id: tokenId,
  "user name": username,
  "client id": clientId,
  expires: expiresAt,
  broker: `${host}:${port}`,
  can: words.can.join(" "),
});

export function memberCommands(program: Command, io: Io): void {
  const noun = program.command("members").description("people: add, list, role, link, disable, enable, remove");
  leaf(noun, io, "add <email>", "make somebody a member; a new person gets a one-time link to choose a password", async ({ ctx, output, options, args }) => {
    const added = await addMember(ctx, { email: args[0] ?? "", role: "viewer", ...given(options, "name", "role") });
    printFacts(output, added, {
      email: added.member.email,
      role: added.member.role,
      id: added.member.userId,
      "set-up link": added.setupUrl ?? "none: has an account already",
    });
  })
    .addOption(role())
    .option("--name <name>");
  paged(
    leaf(noun, io, "list", "members, by e-mail", async ({ ctx, output, options }) => {
      printList(output, await listMembers(ctx, given(options, "limit", "cursor")), {
        email: (row) => row.email,
        name: (row) => row.name,
        role: (row) => row.role,
        "last used": (row) => row.lastUsedAt,
        id: (row) => row.userId,
      });
    }),
  );
  leaf(noun, io, "role <member>", "change a member's role, by e-mail or id", async ({ ctx, output, options, args }) => {
    const { userId } = await findMember(ctx, { member: args[0] ?? "" });
    const member = await changeMemberRole(ctx, { userId, role: "viewer", ...given(options, "role") });
    printFacts(output, member, { email: member.email, role: member.role });
  }).addOption(role());
  leaf(noun, io, "link <member>", "a new one-time link with which a member chooses a password", async ({ ctx, output, args }) => {
    const { userId, email } = await findMember(ctx, { member: args[0] ?? "" });
    const link = await renewSetupLink(ctx, { userId });
    printFacts(output, { userId, email, ...link }, { email, "set-up link": link.setupUrl, expires: link.setupExpiresAt });
  });
  disableCommands(noun, io);
  leaf(noun, io, "remove <member>", "end a membership, by e-mail or id", async ({ ctx, output, args }) => {
    const { userId, email } = await findMember(ctx, { member: args[0] ?? "" });
    await removeMember(ctx, { userId });
    printFacts(output, { userId, email }, { removed: email });
  });
}

function disableCommands(noun: Command, io: Io): void {
  for (const [verb, disabled, description] of [
    ["disable", true, "shut a person out of every fleet: signed out and cut at once; memberships stay"],
    ["enable", false, "let a person in again"],
  ] as const)
    leaf(noun, io, `${verb} <member>`, description, async ({ ctx, output, args }) => {
      const { userId, email } = await findMember(ctx, { member: args[0] ?? "" });
      await setUserDisabled(ctx, { userId, disabled });
      printFacts(output, { userId, email, disabled }, { [`${verb}d`]: email });
    });
}

export function apiKeyCommands(program: Command, io: Io): void {
  const noun = program.command("api-keys").description("keys for the HTTP API: create, list, revoke");
  leaf(noun, io, "create <name>", "make a key; it is shown once", async ({ ctx, output, options, args }) => {
    const days = options.expiry === false ? { days: null } : given(options, "days");
    const { key, apiKey } = await createApiKey(ctx, { name: args[0] ?? "", role: "viewer", ...given(options, "role"), ...days });
    printFacts(output, { key, ...apiKey }, { key, id: apiKey.id, role: apiKey.role, expires: apiKey.expiresAt ?? "never" });
  })
    .addOption(role())
    .option("--days <n>", "lifetime (default 90)", whole)
    .option("--no-expiry", "never ends");
  paged(
    leaf(noun, io, "list", "keys, newest first", async ({ ctx, output, options }) => {
      printList(output, await listApiKeys(ctx, given(options, "limit", "cursor")), {
        prefix: (row) => row.prefix,
        name: (row) => row.name,
        role: (row) => row.role,
        expires: (row) => row.expiresAt ?? "never",
        "last used": (row) => row.lastUsedAt,
        revoked: (row) => row.revokedAt,
        id: (row) => row.id,
      });
    }),
  );
  leaf(noun, io, "revoke <id>", "take a key back", async ({ ctx, output, args }) => {
    const apiKey = await revokeApiKey(ctx, { apiKeyId: args[0] ?? "" });
    printFacts(output, apiKey, { key: apiKey.prefix, revoked: apiKey.revokedAt });
  });
}
