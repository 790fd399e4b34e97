import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from "@cantoo/pdf-lib";
import encodeQR from "qr";
import { A4, LABEL_LAYOUTS, type LabelLayout, type LabelLayoutName, placeOf } from "./label-layouts";

/** What stands on one label. */
export interface ClaimLabel {
  /** `K7QM-2XD4-9RTV-0ZAB` */
  code: string;
  /** What the QR code says: lib/protocol/claim-code.ts. */
  link: string;
  /** Place in its batch; undefined: the code is for many devices. */
  number?: number | undefined;
  serial?: string | undefined;
}

export interface LabelSheet {
  labels: readonly ClaimLabel[];
  fleet: string;
  /** Of the claim or batch. */
  name: string;
  /** Use by: ISO 8601. */
  expiresAt: string;
  layout: LabelLayoutName;
  /** Labels that are gone from the first sheet already. */
  skip?: number;
}

const POINTS_PER_MM = 72 / 25.4;
const PADDING_MM = 2;
/** Light modules around a QR code, as readers need them (ISO/IEC 18004 section 9.1); paper gives what is left of the four. */
const QUIET_MODULES = 2;
/** Beside the code there is room for text of at least this share of a label's width. */
const MOST_QR_SHARE = 0.44;
const LINE = 1.22;

const BLACK = rgb(0, 0, 0);

/** A font, and the letters that it has. */
interface Face {
  font: PDFFont;
  letters: ReadonlySet<number>;
}
type Faces = Record<"plain" | "bold" | "mono", Face>;

/**
 * Draws the labels on A4, to be printed at 100 %. The same input gives the same bytes. Letters that the standard fonts do not have are drawn
 * without their marks, others as `?`; codes and serial numbers have none of these.
 */
export async function labelSheet({ labels, layout, skip = 0, ...shared }: LabelSheet): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.setTitle(`Labels of ${shared.name}`);
  const face = async (name: StandardFonts): Promise<Face> => {
    const font = await pdf.embedFont(name);
    return { font, letters: new Set(font.getCharacterSet()) };
  };
  const faces = { plain: await face(StandardFonts.Helvetica), bold: await face(StandardFonts.HelveticaBold), mono: await face(StandardFonts.CourierBold) };
  const size = LABEL_LAYOUTS[layout];
  const pages: PDFPage[] = [];
  for (const [index, label] of labels.entries()) {
    const { sheet, x, y } = placeOf(size, index + skip);
    const page = pages[sheet] ?? pdf.addPage([A4.width * POINTS_PER_MM, A4.height * POINTS_PER_MM]);
    pages[sheet] = page;
    drawLabel(page, { label, shared, faces, size, x, y });
  }
  return pdf.save({ useObjectStreams: false });
}

interface Drawn {
  label: ClaimLabel;
  shared: Pick<LabelSheet, "fleet" | "name" | "expiresAt">;
  faces: Faces;
  size: LabelLayout;
  x: number;
  y: number;
}

function drawLabel(page: PDFPage, { label, shared, faces, size, x, y }: Drawn): void {
  const side = Math.min(size.height - 2 * PADDING_MM, size.width * MOST_QR_SHARE);
  drawQr(page, label.link, { x: x + PADDING_MM, y: y + (size.height - side) / 2, side });
  const left = x + PADDING_MM + side + PADDING_MM;
  const room = (x + size.width - PADDING_MM - left) * POINTS_PER_MM;
  const lines = linesOf(label, shared, faces, { room, height: (size.height - PADDING_MM) * POINTS_PER_MM });
  const height = lines.reduce((sum, { points }) => sum + points * LINE, 0);
  let baseline = (A4.height - y - size.height / 2) * POINTS_PER_MM + height / 2;
  for (const { text, font, points } of lines) {
    baseline -= points * LINE;
    page.drawText(text, { x: left * POINTS_PER_MM, y: baseline + points * (LINE - 1), size: points, font });
  }
}

/** As many sizes as lines; the code is in two halves, so that it can be typed off the smallest label. */
function linesOf(
  { code, number, serial }: ClaimLabel,
  { fleet, name, expiresAt }: Drawn["shared"],
  { plain, bold, mono }: Faces,
  { room, height }: { room: number; height: number },
) {
  const codePoints = Math.min(12, room / mono.font.widthOfTextAtSize("XXXX-XXXX", 1));
  const small = Math.min(7, Math.max(4.5, codePoints * 0.62));
  const halves = [code.slice(0, 9), code.slice(10)];
  // The number first: a long name is cut.
  const title = number === undefined ? name : `No. ${number}, ${name}`;
  const texts = [
    { text: fleet, face: bold, points: small },
    { text: title, face: plain, points: small },
    ...halves.map((text) => ({ text, face: mono, points: codePoints })),
    ...(serial === undefined ? [] : [{ text: `S/N ${serial}`, face: plain, points: small }]),
    { text: `use by ${expiresAt.slice(0, 10)}`, face: plain, points: small },
  ];
  const fit = Math.min(1, height / texts.reduce((sum, { points }) => sum + points * LINE, 0));
  return texts.map(({ text, face, points }) => ({ text: fitted(text, face, points * fit, room), font: face.font, points: points * fit }));
}

/** Cut to the room that it has, in letters of the font. */
function fitted(text: string, face: Face, points: number, room: number): string {
  const letters = [...drawable(text, face)];
  while (letters.length > 1 && face.font.widthOfTextAtSize(letters.join(""), points) > room) letters.splice(-2, 2, "…");
  return letters.join("");
}

function drawable(text: string, { letters }: Face): string {
  const has = (letter: string) => letters.has(letter.codePointAt(0) ?? -1);
  return [...text.normalize("NFC")].map((letter) => (has(letter) ? letter : ([...letter.normalize("NFKD")].find(has) ?? "?"))).join("");
}

/** Dark modules as one path, in runs: black on the paper's white. `x`, `y`, `side` in millimetres, the quiet zone within. */
function drawQr(page: PDFPage, text: string, { x, y, side }: { x: number; y: number; side: number }): void {
  const modules = encodeQR(text, "raw", { ecc: "low", border: QUIET_MODULES });
  let path = "";
  for (const [row, line] of modules.entries())
    for (let column = 0; column < line.length; column++) {
      if (!line[column]) continue;
      const start = column;
      while (line[column]) column++;
      path += `M${start} ${row}h${column - start}v1h${start - column}z`;
    }
  page.drawSvgPath(path, {
    x: x * POINTS_PER_MM,
    y: (A4.height - y) * POINTS_PER_MM,
    scale: (side * POINTS_PER_MM) / modules.length,
    color: BLACK,
    borderWidth: 0,
  });
}

const CSV_HEAD = "number,code,link,serial,use_by";

/** For whoever prints labels by other means: one line a code. No field has anything that would have to be quoted. */
export function labelCsv({ labels, expiresAt }: Pick<LabelSheet, "labels" | "expiresAt">): string {
  const lines = labels.map(({ number, code, link, serial }) => [number ?? "", code, link, serial ?? "", expiresAt].join(","));
  return `${[CSV_HEAD, ...lines].join("\r\n")}\r\n`;
}
