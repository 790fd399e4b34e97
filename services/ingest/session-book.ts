import type { Clock } from "@/lib/base/clock";
import type { RabbitmqConnection, RabbitmqEvent } from "@/lib/domain/sessions/rabbitmq-event";
import type { DisconnectReason } from "@/lib/protocol/presence";
import { findLogin, type Login } from "@/lib/server/broker-hooks/logins";
import type { Database } from "@/lib/server/database/client";
import type { SessionRecorder } from "@/lib/server/sessions";

interface OpenSession {
  number: number;
  connection: RabbitmqConnection;
  fleetId: string;
  deviceId: string;
}

/** The clock of the login that let a session in may be this far from the moment at which RabbitMQ closed it. */
const AT_ITS_END_MS = 2_000;

/**
 * Turns connections of RabbitMQ into numbered sessions, in the order in which they are told. A connection is known by its name;
 * what is told twice is one session, and the end of an older one never ends a newer.
 */
export class SessionBook {
  readonly #open = new Map<string, OpenSession>();
  /** Closed before they were known: a list made before may still name them. */
  readonly #closed = new Set<string>();

  constructor(private readonly options: { recorder: SessionRecorder; database: Pick<Database, "pool">; clock: Clock }) {}

  async take(event: RabbitmqEvent): Promise<void> {
    if (event.kind === "created") {
      this.#closed.delete(event.connection.name);
      return this.opened(event.connection);
    }
    const session = this.#open.get(event.name);
    if (!session) {
      this.#closed.add(event.name);
      return;
    }
    this.#open.delete(event.name);
    const { number, fleetId, deviceId, connection } = session;
    this.options.recorder.ended({ number, fleetId, deviceId, transport: connection.transport }, await this.#reason(session), true);
  }

  /** Of a list of what is open: those that no event told of. */
  async found(connections: readonly RabbitmqConnection[]): Promise<void> {
    for (const connection of connections) if (!this.#closed.has(connection.name)) await this.opened(connection);
  }

  async opened(connection: RabbitmqConnection): Promise<void> {
    const { recorder } = this.options;
    if (this.#open.has(connection.name)) return;
    const login = await this.#login(connection);
    // Consoles, services and RabbitMQ's own users have no presence.
    if (!login?.fleetId || !login.deviceId) return;
    const { fleetId, deviceId, tokenId } = login;
    const number = recorder.admit(deviceId);
    if (number === undefined) return;
    this.#open.set(connection.name, { number, connection, fleetId, deviceId });
    const { user, clientId, transport, address, at } = connection;
    recorder.opened({
      number,
      fleetId,
      deviceId,
      tokenId,
      subjectKind: "device",
      subject: user,
      clientId,
      transport,
      address,
      // RabbitMQ tells neither.
      keepAliveSeconds: 0,
      willTopic: null,
      connectedAt: new Date(at),
    });
  }

  async #reason({ number, connection }: OpenSession): Promise<DisconnectReason> {
    const { user, clientId } = connection;
    for (const other of this.#open.values())
      if (other.number > number && other.connection.user === user && other.connection.clientId === clientId) return "DUPLICATE_CLIENTID";
    const login = await this.#login(connection);
    if (login?.revoked) return "TOKEN_REVOKED";
    return login && login.expiresAt.getTime() - AT_ITS_END_MS <= this.options.clock.now().getTime() ? "TOKEN_EXPIRED" : "CONNECTION_CLOSED";
  }

  #login({ user, clientId }: RabbitmqConnection): Promise<Login | undefined> {
    return findLogin(this.options.database.pool, { broker: "rabbitmq", subject: user, clientId });
  }
}
