import { z } from "zod";
import type { SessionDriver } from "./cut-logins";
import { managementApi } from "./management-api";

const connectionsSchema = z.array(z.object({ name: z.string() }));
const connectionSchema = z.object({ client_properties: z.object({ client_id: z.string() }) });

const REASON = { "x-reason": "the access token no longer holds" };

/**
 * RabbitMQ's management API, by the addresses of its nodes. In its first seconds a connection is listed under its user but tells no client id, and cannot be
 * closed by itself: then all of the user are closed, and whose token holds comes back.
 */
export function rabbitmqSessions(addresses: readonly string[]): SessionDriver {
  const api = managementApi(addresses);
  const clientIdOf = async (path: string) => connectionSchema.safeParse((await api.call("GET", path, [200, 404])).body).data?.client_properties.client_id;
  return {
    broker: "rabbitmq",
    async cut({ subject, clientId }) {
      const ofUser = `/api/connections/username/${encodeURIComponent(subject)}`;
      const listed = connectionsSchema.safeParse((await api.call("GET", ofUser, [200, 404])).body).data ?? [];
      const paths = listed.map(({ name }) => `/api/connections/${encodeURIComponent(name)}`);
      const clientIds = await Promise.all(paths.map(clientIdOf));
      if (clientIds.includes(undefined)) {
        await api.call("DELETE", ofUser, [204, 404], REASON);
        return paths.length;
      }
      const own = paths.filter((_, index) => clientIds[index] === clientId);
      for (const path of own) await api.call("DELETE", path, [204, 404], REASON);
      return own.length;
    },
  };
}

/**
 * EMQX's API, with an API key of its own. Client ids are unique there. What it remembers of our answers is forgotten before the
 * client is kicked: an answer that is being carried out must not be found there again.
 */
export function emqxSessions(address: string): SessionDriver {
  const api = managementApi([address]);
  return {
    broker: "emqx",
    async cut({ clientId }) {
      const client = `/api/v5/clients/${encodeURIComponent(clientId)}`;
      await api.call("DELETE", `${client}/authorization/cache`, [204, 404]);
      const { status } = await api.call("DELETE", client, [204, 404]);
      return status === 204 ? 1 : 0;
    },
  };
}
