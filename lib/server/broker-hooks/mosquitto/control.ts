import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { z } from "zod";
import { SallyportError } from "@/lib/base/errors";

/** Administration of Mosquitto's dynamic-security plugin, over MQTT. */
export interface MosquittoControl {
  /** Carries the commands out in order. Answers by command: its data, or its error. */
  run(commands: readonly MosquittoCommand[]): Promise<MosquittoResponse[]>;
  close(): Promise<void>;
}

export interface MosquittoCommand {
  command: string;
  [field: string]: unknown;
}
const responseSchema = z.object({ command: z.string(), error: z.string().optional(), data: z.unknown().optional(), correlationData: z.string().optional() });
export type MosquittoResponse = z.output<typeof responseSchema>;
const answerSchema = z.object({ responses: z.array(responseSchema) });

const TOPIC = "$CONTROL/dynamic-security/v1";
const ANSWER_LIMIT_MS = 10_000;

/** `url`: `mqtt://admin:password@host:1883` or `mqtts://…`, of a client with the plugin's admin role. */
export async function openMosquittoControl(url: string, options: IClientOptions = {}): Promise<MosquittoControl> {
  const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 1_000, ...options }, false);
  await client.subscribeAsync(`${TOPIC}/response`, { qos: 1 });
  let last = Promise.resolve<unknown>(undefined);
  return {
    run(commands) {
      // One question at a time: all answers come on one topic.
      const answer = last.then(() => ask(client, commands));
      last = answer.catch(() => {});
      return answer;
    },
    async close() {
      await client.endAsync(true);
    },
  };
}

let asked = 0;

function ask(client: MqttClient, commands: readonly MosquittoCommand[]): Promise<MosquittoResponse[]> {
  asked += 1;
  const correlationData = `sallyport ${process.pid} ${asked}`;
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      client.off("message", read);
    };
    const timer = setTimeout(() => {
      settle();
      reject(new SallyportError("unavailable", "Mosquitto's dynamic-security plugin does not answer."));
    }, ANSWER_LIMIT_MS);
    // Other administrators' answers come here too. 2.0 leaves the correlation data out of some of its answers.
    const isOurs = (response: MosquittoResponse, command: MosquittoCommand | undefined) =>
      response.command === command?.command && (response.correlationData ?? correlationData) === correlationData;
    const read = (_topic: string, payload: Buffer) => {
      const answer = answerSchema.safeParse(parseJson(payload));
      if (!answer.success || !answer.data.responses.every((one, index) => isOurs(one, commands[index]))) return;
      settle();
      resolve(answer.data.responses);
    };
    client.on("message", read);
    const sent = JSON.stringify({ commands: commands.map((command) => ({ ...command, correlationData })) });
    client.publish(TOPIC, sent, { qos: 1 }, (error) => {
      if (!error) return;
      settle();
      reject(error);
    });
  });
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch {
    return undefined;
  }
}
