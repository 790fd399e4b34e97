import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Encoder } from "./cbor";
import type { PostureReport } from "./posture";
import { readPosture } from "./read-posture";

const cbor = new Encoder({ mapsAsObjects: true, useRecords: false });
const json = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

/** The two examples of AWS's page on device-side metrics. */
const LONG = {
  header: { report_id: 1530304554, version: "1.0" },
  metrics: {
    listening_tcp_ports: {
      ports: [
        { interface: "eth0", port: 24800 },
        { interface: "eth0", port: 22 },
        { interface: "eth0", port: 53 },
      ],
      total: 3,
    },
    listening_udp_ports: {
      ports: [
        { interface: "eth0", port: 5353 },
        { interface: "eth0", port: 67 },
      ],
      total: 2,
    },
    network_stats: { bytes_in: 29358693495, bytes_out: 26485035, packets_in: 10013573555, packets_out: 11382615 },
    tcp_connections: {
      established_connections: {
        connections: [
          { local_interface: "eth0", local_port: 80, remote_addr: "192.168.0.1:8000" },
          { local_interface: "eth0", local_port: 80, remote_addr: "192.168.0.1:8000" },
        ],
        total: 2,
      },
    },
  },
  custom_metrics: {
    MyMetricOfType_Number: [{ number: 1 }],
    MyMetricOfType_NumberList: [{ number_list: [1, 2, 3] }],
    MyMetricOfType_StringList: [{ string_list: ["value_1", "value_2"] }],
    MyMetricOfType_IpList: [{ ip_list: ["172.0.0.0", "172.0.0.10"] }],
  },
} satisfies PostureReport;
const SHORT = {
  hed: { rid: 1530304554, v: "1.0" },
  met: {
    tp: {
      pts: [
        { if: "eth0", pt: 24800 },
        { if: "eth0", pt: 22 },
        { if: "eth0", pt: 53 },
      ],
      t: 3,
    },
    up: {
      pts: [
        { if: "eth0", pt: 5353 },
        { if: "eth0", pt: 67 },
      ],
      t: 2,
    },
    ns: { bi: 29358693495, bo: 26485035, pi: 10013573555, po: 11382615 },
    tc: {
      ec: {
        cs: [
          { li: "eth0", lp: 80, rad: "192.168.0.1:8000" },
          { li: "eth0", lp: 80, rad: "192.168.0.1:8000" },
        ],
        t: 2,
      },
    },
  },
  cmet: LONG.custom_metrics,
};

test.each([
  ["JSON, long names", json(LONG)],
  ["JSON, short names", json(SHORT)],
  ["CBOR, long names", cbor.encode(LONG)],
  ["CBOR, short names", cbor.encode(SHORT)],
  ["JSON with a line before it", json(`\n  ${JSON.stringify(SHORT)}`)],
])("the documented example: %s", (_, payload) => {
  expect(readPosture(payload)).toEqual({ ok: true, report: LONG });
});

test("only what is there; unknown names are passed over", () => {
  const least = { header: { report_id: 1, version: "1.0" }, metrics: {} };
  expect(readPosture(json(least))).toEqual({ ok: true, report: least });
  expect(readPosture(json({ hed: { rid: 1, v: "1.0", x: 1 }, met: { y: 2 }, z: 3 }))).toEqual({ ok: true, report: least });
  expect(readPosture(json({ ...least, metrics: { listening_tcp_ports: {} } }))).toMatchObject({ ok: true, report: { metrics: { listening_tcp_ports: {} } } });
});

describe("what is refused says why and where", () => {
  const head = { header: { report_id: 1, version: "1.0" } };
  const at = (metrics: object) => json({ ...head, metrics });
  test.each<[string, Uint8Array, string, RegExp]>([
    ["nothing", Buffer.alloc(0), "empty", /no bytes/],
    ["too much", Buffer.alloc(70_000, 0x20), "too_large", /70000 bytes/],
    ["too much CBOR", Buffer.alloc(70_000, 0xa0), "too_large", /70000 bytes/],
    ["no text", Buffer.from([0x80, 0xff]), "not_utf8", /UTF-8/],
    ["no JSON", json("{"), "not_json", /not JSON/],
    ["a list", json([]), "bad_shape", /report/],
    ["half a CBOR report", cbor.encode(LONG).subarray(0, 60), "not_cbor", /not CBOR/],
    ["CBOR with more behind it", Buffer.concat([cbor.encode(LONG), Buffer.from([0])]), "not_cbor", /not CBOR/],
    ["a CBOR list that claims thirty million", Buffer.from("a1636d65749a01f00000", "hex"), "not_cbor", /Array length/],
    ["CBOR nested without end", Buffer.concat([Buffer.from("a1636d6574", "hex"), Buffer.alloc(60_000, 0x81)]), "not_cbor", /not CBOR/],
    ["no header", json({ metrics: {} }), "bad_shape", /^header: /],
    ["no metrics", json(head), "bad_shape", /^metrics: /],
    ["a report id of letters", json({ header: { report_id: "1", version: "1.0" }, metrics: {} }), "bad_shape", /^header.report_id: /],
    ["port 0", at({ listening_tcp_ports: { ports: [{ port: 0 }] } }), "bad_shape", /^metrics.listening_tcp_ports.ports.0.port: /],
    ["a negative counter", at({ network_stats: { bytes_in: -1 } }), "bad_shape", /^metrics.network_stats.bytes_in: /],
    ["short names below long ones", at({ listening_tcp_ports: { pts: [{ pt: 23 }], t: 1 } }), "bad_shape", /^metrics.listening_tcp_ports.pts: .*mixes/],
    ["long names below short ones", json({ hed: { rid: 1, v: "1" }, met: { tp: { ports: [{ port: 23 }] } } }), "bad_shape", /^met.tp.ports: .*mixes/],
    ["both kinds of list", at({ tp: { pts: [{ pt: 23 }] } }), "bad_shape", /^metrics.tp: .*mixes/],
    ["two custom values in one", json({ ...head, metrics: {}, custom_metrics: { a: [{ number: 1 }, { number: 2 }] } }), "bad_shape", /^custom_metrics.a/],
  ])("%s", (_, payload, reason, detail) => {
    const read = readPosture(payload);
    expect(read).toMatchObject({ ok: false, reason });
    expect(read.ok ? "" : read.detail).toMatch(detail);
  });
});

test("never throws, whatever comes", () => {
  const near = fc.constantFrom(json(LONG), json(SHORT), cbor.encode(LONG), cbor.encode(SHORT));
  const bent = fc.tuple(near, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 })).map(([bytes, changes]) => {
    const copy = Buffer.from(bytes);
    for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
    return copy;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), bent), (payload) => {
      expect(readPosture(payload)).toHaveProperty("ok");
    }),
  );
});
