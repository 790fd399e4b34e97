import { z } from "zod";
import { type RabbitmqConnection, readConnection } from "@/lib/domain/sessions/rabbitmq-event";
import { managementApi } from "./management-api";

const linesSchema = z.array(z.record(z.string(), z.unknown()));
const COLUMNS = "name,user,protocol,ssl,peer_host,connected_at,client_properties";

/** The MQTT connections that are open now, by the management API. In their first seconds connections tell no client id: those are missing. */
export async function listRabbitmqConnections(addresses: readonly string[]): Promise<RabbitmqConnection[]> {
  const { body } = await managementApi(addresses).call("GET", `/api/connections?columns=${COLUMNS}`, [200]);
  return linesSchema.parse(body).flatMap((line) => readConnection(line) ?? []);
}
