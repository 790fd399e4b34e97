/** AWS Device Defender's names (wire-formats W4): the short one of each, and the names below it. */
interface Names {
  [long: string]: { short: string; below?: Names };
}

const PORTS: Names = { ports: { short: "pts", below: { port: { short: "pt" }, interface: { short: "if" } } }, total: { short: "t" } };
const CONNECTIONS: Names = {
  connections: { short: "cs", below: { remote_addr: { short: "rad" }, local_port: { short: "lp" }, local_interface: { short: "li" } } },
  total: { short: "t" },
};
const NAMES: Names = {
  header: { short: "hed", below: { report_id: { short: "rid" }, version: { short: "v" } } },
  metrics: {
    short: "met",
    below: {
      listening_tcp_ports: { short: "tp", below: PORTS },
      listening_udp_ports: { short: "up", below: PORTS },
      network_stats: {
        short: "ns",
        below: { bytes_in: { short: "bi" }, bytes_out: { short: "bo" }, packets_in: { short: "pi" }, packets_out: { short: "po" } },
      },
      tcp_connections: { short: "tc", below: { established_connections: { short: "ec", below: CONNECTIONS } } },
    },
  },
  custom_metrics: { short: "cmet" },
};

export type NamesRead = { ok: true; value: unknown } | { ok: false; detail: string };

/**
 * A report in long names. Long or short names throughout, as AWS asks: in a mixture a name of the other kind would be passed over,
 * and a port list that nobody read looks like nothing listens.
 */
export function toLongNames(report: unknown): NamesRead {
  const isShort = isObject(report) && "hed" in report;
  const foreign: string[] = [];
  const value = rename(report, NAMES, isShort, [], foreign);
  const [first] = foreign;
  if (first === undefined) return { ok: true, value };
  return { ok: false, detail: `${first}: the report mixes long and short names; it has to use one kind throughout.` };
}

function rename(node: unknown, names: Names, isShort: boolean, path: readonly string[], foreign: string[]): unknown {
  if (Array.isArray(node)) return node.map((one: unknown, index) => rename(one, names, isShort, [...path, String(index)], foreign));
  if (!isObject(node)) return node;
  const renamed: Record<string, unknown> = {};
  for (const [long, { short, below }] of Object.entries(names)) {
    const [own, other] = isShort ? [short, long] : [long, short];
    const here = [...path, own];
    if (Object.hasOwn(node, other)) foreign.push([...path, other].join("."));
    if (Object.hasOwn(node, own)) renamed[long] = below ? rename(node[own], below, isShort, here, foreign) : node[own];
  }
  return renamed;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
