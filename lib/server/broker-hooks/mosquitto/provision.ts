import { SallyportError } from "@/lib/base/errors";
import { MOSQUITTO_DEFAULTS, MOSQUITTO_GUARD_ROLE, mosquittoGuardRole, mosquittoRole, mosquittoRoleName } from "@/lib/domain/tokens/mosquitto";
import type { TokenClaims } from "@/lib/protocol/access";
import type { MosquittoCommand, MosquittoControl, MosquittoResponse } from "./control";

const EXISTS = "already exists";
const MISSING = "not found";

/** Deny by default, and the role that keeps our grammar. To be done once for a broker; twice does no harm. */
export async function prepareMosquitto(control: MosquittoControl): Promise<void> {
  const guard = { rolename: MOSQUITTO_GUARD_ROLE, acls: mosquittoGuardRole() };
  await mustRun(control, { command: "setDefaultACLAccess", acls: MOSQUITTO_DEFAULTS });
  const made = await runOne(control, { command: "createRole", ...guard });
  if (made.error?.includes(EXISTS)) await mustRun(control, { command: "modifyRole", ...guard });
  else assertDone(made);
}

/**
 * Lets the holder of a token in: user name is the subject, password the token itself (the plugin keeps a salted hash), client id
 * the bound one. A user has one token there: a newer one takes the place of the older and cuts its session. What was verified
 * before (`claims`) is not verified here.
 */
export async function provisionMosquitto(control: MosquittoControl, { claims, token }: { claims: TokenClaims; token: string }): Promise<void> {
  const clientid = claims.cid ?? (claims.kind === "device" ? claims.sub : undefined);
  if (clientid === undefined) throw new SallyportError("invalid_input", "Mosquitto takes tokens that are bound to a client id only.");
  const rolename = mosquittoRoleName(claims.jti);
  const role = await runOne(control, { command: "createRole", rolename, acls: mosquittoRole(claims.acl) });
  if (!role.error?.includes(EXISTS)) assertDone(role);
  const client = {
    username: claims.sub,
    password: token,
    clientid,
    // Says which token this is, for sweeping.
    textname: claims.jti,
    roles: [
      { rolename: MOSQUITTO_GUARD_ROLE, priority: 100 },
      { rolename, priority: 1 },
    ],
  };
  const created = await runOne(control, { command: "createClient", ...client });
  if (!created.error?.includes(EXISTS)) return assertDone(created);
  const before = await tokenOfClient(control, claims.sub);
  // Deleted and made anew: the plugin cannot change a client id together with the rest.
  await removeFromMosquitto(control, { username: claims.sub, tokenId: before === claims.jti ? undefined : before });
  await mustRun(control, { command: "createClient", ...client });
}

/** Ends the session and the right to come back. Of something that is not there any more: nothing. */
export async function removeFromMosquitto(control: MosquittoControl, { username, tokenId }: { username: string; tokenId: string | undefined }): Promise<void> {
  const client = await runOne(control, { command: "deleteClient", username });
  if (!client.error?.includes(MISSING)) assertDone(client);
  if (tokenId === undefined) return;
  const role = await runOne(control, { command: "deleteRole", rolename: mosquittoRoleName(tokenId) });
  if (!role.error?.includes(MISSING)) assertDone(role);
}

async function tokenOfClient(control: MosquittoControl, username: string): Promise<string | undefined> {
  const { data } = await mustRun(control, { command: "getClient", username });
  const { client } = (data ?? {}) as { client?: { textname?: unknown } };
  return typeof client?.textname === "string" ? client.textname : undefined;
}

async function runOne(control: MosquittoControl, command: MosquittoCommand): Promise<MosquittoResponse> {
  const [response] = await control.run([command]);
  return response ?? { command: command.command, error: "no answer", data: undefined };
}

async function mustRun(control: MosquittoControl, command: MosquittoCommand): Promise<MosquittoResponse> {
  const response = await runOne(control, command);
  assertDone(response);
  return response;
}

function assertDone({ command, error }: MosquittoResponse): void {
  if (error !== undefined) throw new SallyportError("unavailable", `Mosquitto refused ${command}: ${error}.`);
}
