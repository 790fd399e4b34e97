import { z } from "zod";
import { segmentSchema } from "@/lib/protocol/segments";
import { INSTRUMENT_NAMES } from "./instruments";

const siteName = z.string().min(1).max(80);

/** Whom a command or failure is about: one device, a whole site, or (failures only) whichever the seed picks. */
const targetSchema = z.union([z.strictObject({ site: siteName }), z.strictObject({ device: segmentSchema })]);
export type Target = z.output<typeof targetSchema>;

export const FAILURE_KINDS = ["power_cut", "disconnect", "flap", "silence", "no_token"] as const;

/**
 * What can be asked of a running simulator.
 * `power_cut`: no packet leaves any more, the broker finds out by the keep-alive (one device: it vanished). `disconnect`: the
 * connection breaks and stays away. `flap`: it breaks and comes back, again and again. `silence`: connected, sends nothing.
 * `no_token`: reconnects without a token. `restore`: well again (without a target: all).
 */
export const commandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(FAILURE_KINDS), target: targetSchema }),
  z.strictObject({ kind: z.literal("restore"), target: targetSchema.optional() }),
]);
export type SimulatorCommand = z.output<typeof commandSchema>;

const seconds = z.number().positive().max(86_400);

const failureSchema = z.strictObject({
  kind: z.enum(FAILURE_KINDS),
  target: z.union([targetSchema, z.literal("any_site"), z.literal("any_device")]),
  /** Start of the first one, after the simulator's start. */
  afterSeconds: z.number().min(0).max(86_400),
  forSeconds: seconds,
  /** From start to start; without it the failure happens once. */
  everySeconds: seconds.optional(),
});
export type Failure = z.output<typeof failureSchema>;

export const simulatorConfigSchema = z.strictObject({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65535),
  /** Path of the certificate authority (PEM): connects by TLS. */
  ca: z.string().optional(),
  fleet: segmentSchema,
  /** Everything that is picked or spread is picked by this number. */
  seed: z.number().int().default(1),
  /** Hours of weather in one hour. */
  speed: z.number().positive().max(10_000).default(24),
  keepAliveSeconds: z.number().int().min(1).max(1_200).default(30),
  /** Connects are spread over this time; default: 100 a second, at least two seconds. */
  connectSpreadMs: z.number().min(0).optional(),
  /** After an outage of several, they come back over this time, as machines boot. */
  restoreSpreadMs: z.number().min(0).default(3_000),
  /** Half a period of a flapping device: longer than a broker needs to see it, shorter than most people look away. */
  flapSeconds: seconds.default(4),
  /** Messages that one device keeps while it has no connection. */
  bufferMessages: z.number().int().min(1).default(20_000),
  /** Folder of the devices' key files. Without it they are new at each start, and pinned public keys do not fit any more. */
  keyFolder: z.string().min(1).optional(),
  ledger: z.strictObject({ file: z.string().min(1), maxBytes: z.number().positive().optional() }).optional(),
  devices: z
    .array(
      z.strictObject({
        id: segmentSchema,
        name: z.string().min(1),
        site: siteName,
        instrument: z.enum(INSTRUMENT_NAMES),
        intervalSeconds: seconds,
        /** `off`: never asks for a key. The others as the agent has them. */
        encryption: z.enum(["off", "offered", "required"]).default("off"),
        /** What its posture reports say listens, such as `tcp/23`. Without it there are no reports. */
        listens: z.array(z.string().regex(/^(tcp|udp)\/\d{1,5}$/)).optional(),
        /** Null: connects without one. */
        token: z.string().nullable(),
      }),
    )
    .min(1),
  failures: z.array(failureSchema).default([]),
});
export type SimulatorConfig = z.input<typeof simulatorConfigSchema>;
export type ParsedSimulatorConfig = z.output<typeof simulatorConfigSchema>;
export type SimulatedDeviceConfig = ParsedSimulatorConfig["devices"][number];
