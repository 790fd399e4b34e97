import { type PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from "@cantoo/pdf-lib";

const A4: [number, number] = [595.28, 841.89];
const MARGIN = 48;
const FOOT = 34;
const INK = rgb(0.11, 0.13, 0.16);
const QUIET = rgb(0.36, 0.39, 0.43);

interface Style {
  size?: number;
  bold?: boolean;
  quiet?: boolean;
  /** Points from the left margin. */
  indent?: number;
  /** Points of air before it. */
  before?: number;
}

/** Paragraphs from top to bottom, on as many A4 pages as they need. Letters that the standard fonts lack become "?". */
export class PageWriter {
  #page: PDFPage | undefined;
  #y = 0;

  private constructor(
    private readonly document: PDFDocument,
    private readonly plain: PDFFont,
    private readonly bold: PDFFont,
  ) {}

  static async on(document: PDFDocument): Promise<PageWriter> {
    return new PageWriter(document, await document.embedFont(StandardFonts.Helvetica), await document.embedFont(StandardFonts.HelveticaBold));
  }

  /** `together`: points that must fit below it on the same page, so that no heading stands alone. */
  write(text: string, { size = 9, bold = false, quiet = false, indent = 0, before = 0 }: Style = {}, together = 0): void {
    const font = bold ? this.bold : this.plain;
    const leading = size * 1.35;
    const lines = wrap(printable(text, font), font, size, A4[0] - 2 * MARGIN - indent);
    this.#y -= before;
    if (!this.#page || this.#y - together - leading < MARGIN) this.#newPage();
    for (const line of lines) {
      if (this.#y - leading < MARGIN) this.#newPage();
      this.#y -= leading;
      this.#page?.drawText(line, { x: MARGIN + indent, y: this.#y, size, font, color: quiet ? QUIET : INK });
    }
  }

  rule(): void {
    this.#y -= 6;
    this.#page?.drawLine({ start: { x: MARGIN, y: this.#y }, end: { x: A4[0] - MARGIN, y: this.#y }, thickness: 0.5, color: QUIET });
  }

  /** On every page: what it is, and which of how many. */
  foot(text: string): void {
    const pages = this.document.getPages();
    for (const [index, page] of pages.entries())
      page.drawText(printable(`${text}   ${index + 1} of ${pages.length}`, this.plain), { x: MARGIN, y: FOOT, size: 7.5, font: this.plain, color: QUIET });
  }

  #newPage(): void {
    this.#page = this.document.addPage(A4);
    this.#y = A4[1] - MARGIN;
  }
}

function printable(text: string, font: PDFFont): string {
  const known = new Set(font.getCharacterSet());
  return [...text.replace(/\s/g, " ")].map((letter) => (known.has(letter.codePointAt(0) ?? 0) ? letter : "?")).join("");
}

/** Greedy; a word that is wider than the line is cut. */
function wrap(text: string, font: PDFFont, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  const fits = (one: string) => font.widthOfTextAtSize(one, size) <= width;
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (!fits(line)) {
      let end = line.length - 1;
      while (end > 1 && !fits(line.slice(0, end))) end--;
      lines.push(line.slice(0, end));
      line = line.slice(end);
    }
  }
  return [...lines, line];
}
