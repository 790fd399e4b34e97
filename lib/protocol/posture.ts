import { z } from "zod";

const count = z.number().int().min(0);
const portNumber = z.number().int().min(1).max(65535);
const portList = z.object({
  ports: z
    .array(z.object({ port: portNumber, interface: z.string().max(64).optional() }))
    .max(1_000)
    .optional(),
  // There are no more, of either protocol, at one address.
  total: count.max(1_000_000).optional(),
});
const customValue = z.union([
  z.object({ number: z.number() }),
  z.object({ number_list: z.array(z.number()).max(100) }),
  z.object({ string_list: z.array(z.string().max(256)).max(100) }),
  z.object({ ip_list: z.array(z.string().max(64)).max(100) }),
]);

/**
 * Payload of `up/posture`: AWS IoT Device Defender's metrics report with long names (wire-formats W4). Network counters are
 * deltas since the last report. `readPosture` also takes short names and CBOR, and answers this.
 */
export const postureReportSchema = z.object({
  header: z.object({ report_id: z.number().int(), version: z.string().max(16) }),
  metrics: z.object({
    listening_tcp_ports: portList.optional(),
    listening_udp_ports: portList.optional(),
    network_stats: z.object({ bytes_in: count, bytes_out: count, packets_in: count, packets_out: count }).partial().optional(),
    tcp_connections: z
      .object({
        established_connections: z.object({
          connections: z
            .array(z.object({ remote_addr: z.string().max(64), local_port: portNumber.optional(), local_interface: z.string().max(64).optional() }))
            .max(1_000)
            .optional(),
          total: count.optional(),
        }),
      })
      .optional(),
  }),
  custom_metrics: z
    .record(z.string().max(128), z.tuple([customValue]))
    .refine((metrics) => Object.keys(metrics).length <= 100, "At most 100 custom metrics.")
    .optional(),
});
export type PostureReport = z.output<typeof postureReportSchema>;
