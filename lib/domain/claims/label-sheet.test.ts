import { inflateSync } from "node:zlib";
import decodeQR from "qr/decode.js";
import { describe, expect, test } from "vitest";
import { readClaimLink } from "@/lib/protocol/claim-code";
import { A4, LABEL_LAYOUT_NAMES, LABEL_LAYOUTS, placeOf } from "./label-layouts";
import { type ClaimLabel, labelCsv, labelSheet } from "./label-sheet";

const label = (number: number): ClaimLabel => ({
  code: "K7QM-2XD4-9RTV-0ZAB",
  link: `sallyport:claim?c=K7QM2XD49RTV0ZA${number % 10}&h=broker.example.com&p=1883&s=8883&r=${"r".repeat(43)}`,
  number,
  serial: `SN-${number}`,
});
const sheet = (count: number, layout: (typeof LABEL_LAYOUT_NAMES)[number] = "3x8", skip = 0) =>
  labelSheet({
    labels: Array.from({ length: count }, (_, index) => label(index + 1)),
    fleet: "Gdańsk 水",
    name: "Pumps",
    expiresAt: "2027-01-31T10:00:00.000Z",
    layout,
    skip,
  });

/** The drawing instructions of a file's pages, one text each: read from the file as any viewer would. */
function pagesOf(pdf: Uint8Array): string[] {
  const file = Buffer.from(pdf);
  const text = file.toString("latin1");
  return [...text.matchAll(/\/Length (\d+)[^>]*>>\s*stream\r?\n/g)].flatMap((match) => {
    const start = (match.index ?? 0) + match[0].length;
    const drawn = inflateSync(file.subarray(start, start + Number(match[1]))).toString("latin1");
    return drawn.includes("BT") ? [drawn] : [];
  });
}

/** Texts in the order in which they are drawn. */
const textsOf = (page: string) => [...page.matchAll(/<([0-9A-F]+)> Tj/g)].map(([, hex = ""]) => Buffer.from(hex, "hex").toString("latin1"));

/** Paints a page's dark squares at 8 pixels a module, as a printer would, and reads the QR codes. */
function qrCodesOf(page: string): string[] {
  return page.split(/\bq\b/).flatMap((part) => {
    const runs = [...part.matchAll(/(\d+) (\d+) m\s+(\d+) \d+ l\s+\d+ (\d+) l/g)].map((run) => run.slice(1).map(Number));
    if (runs.length < 20) return [];
    const modules = Math.max(...runs.map(([, , right = 0]) => right)) + 2;
    const scale = 8;
    const side = modules * scale;
    const data = new Uint8Array(side * side * 4).fill(255);
    for (const [left = 0, top = 0, right = 0] of runs)
      for (let y = top * scale; y < (top + 1) * scale; y++)
        for (let x = left * scale; x < right * scale; x++) data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
    return [decodeQR({ width: side, height: side, data })];
  });
}

describe.each(LABEL_LAYOUT_NAMES)("layout %s", (name) => {
  const layout = LABEL_LAYOUTS[name];
  const perSheet = layout.columns * layout.rows;

  test("fits on A4, and no two labels touch", () => {
    const places = Array.from({ length: perSheet }, (_, index) => placeOf(layout, index));
    for (const { sheet: page, x, y } of places) {
      expect(page).toBe(0);
      expect(x + layout.width).toBeLessThanOrEqual(A4.width + 0.01);
      expect(y + layout.height).toBeLessThanOrEqual(A4.height + 0.01);
    }
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(perSheet);
    expect(placeOf(layout, perSheet)).toEqual({ ...placeOf(layout, 0), sheet: 1 });
  });

  test("the QR code of each label is its claim link, and its text says the same code", async () => {
    const [page = ""] = pagesOf(await sheet(2, name));
    const links = qrCodesOf(page);
    expect(links).toEqual([label(1).link, label(2).link]);
    expect(links.map((link) => readClaimLink(link)?.root)).toEqual(["r".repeat(43), "r".repeat(43)]);
    // All lines of the first label stand on it.
    const lines = [...page.matchAll(/1 0 0 1 [\d.]+ ([\d.]+) Tm/g)].slice(0, 6).map(([, y]) => A4.height - (Number(y) * 25.4) / 72);
    expect(lines).toHaveLength(6);
    for (const y of lines) expect(y > layout.top + 1 && y < layout.top + layout.height - 0.5, `${y} mm`).toBe(true);
    // Letters that the font lacks are told apart from those that are there.
    expect(textsOf(page).slice(0, 6)).toEqual(["Gdansk ?", "No. 1, Pumps", "K7QM-2XD4", "9RTV-0ZAB", "S/N SN-1", "use by 2027-01-31"]);
  });
});

test("as many sheets as it needs, beginning where the first one still has labels; the same bytes each time", async () => {
  expect(pagesOf(await sheet(24))).toHaveLength(1);
  expect(pagesOf(await sheet(24, "3x8", 1))).toHaveLength(2);
  expect(pagesOf(await sheet(49, "4x12"))).toHaveLength(2);
  expect(Buffer.from(await sheet(3)).equals(Buffer.from(await sheet(3)))).toBe(true);
});

test("as CSV: a line for each code", () => {
  expect(labelCsv({ labels: [label(1)], expiresAt: "2027-01-31T10:00:00.000Z" }).split("\r\n")).toEqual([
    "number,code,link,serial,use_by",
    `1,K7QM-2XD4-9RTV-0ZAB,${label(1).link},SN-1,2027-01-31T10:00:00.000Z`,
    "",
  ]);
});
