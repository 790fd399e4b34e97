import { PDFDocument } from "@cantoo/pdf-lib";
import { STATE_WORDS } from "@/lib/domain/compliance/judgement";
import type { CompliancePack, JudgedProvision } from "@/lib/domain/compliance/pack";
import { LIMITS_TEXT, STANDARD_TITLES, STANDARDS } from "@/lib/domain/compliance/provision";
import { PageWriter } from "./page-writer";

/** The pack on paper. The signed one is attached to it (`compliance.jws`): the file proves itself. */
export async function compliancePdf(pack: CompliancePack, jws: string): Promise<Uint8Array<ArrayBuffer>> {
  const document = await PDFDocument.create();
  document.setTitle(`Compliance evidence, ${pack.fleet.name}, ${pack.at.slice(0, 10)}`, { showInWindowTitleBar: true });
  document.setLanguage("en");
  document.setProducer("Sallyport");
  document.setCreationDate(new Date(pack.at));
  document.setModificationDate(new Date(pack.at));
  const writer = await PageWriter.on(document);
  writer.write(`Compliance evidence of ${pack.fleet.name}`, { size: 18, bold: true });
  writer.write(`${pack.text}; ${pack.counts.not_covered} are not covered by this system.`, { size: 11, before: 4 });
  writer.write(`As of ${pack.at.slice(0, 16).replace("T", " ")} UTC, for ${pack.facts.devices.toLocaleString("en")} devices (fleet ${pack.fleet.id}).`, {
    quiet: true,
    before: 4,
  });
  writer.write(LIMITS_TEXT, { quiet: true, before: 4 });
  for (const standard of STANDARDS) {
    writer.write(STANDARD_TITLES[standard], { size: 14, bold: true, before: 20 }, 80);
    writeProvisions(
      writer,
      pack.provisions.filter((one) => one.standard === standard),
    );
  }
  writer.foot(`${pack.fleet.name}, ${pack.at}. Signed: compliance.jws in this file's attachments.`);
  const attached = new TextEncoder().encode(jws);
  await document.attach(attached, "compliance.jws", {
    mimeType: "application/jose",
    description: "The same, signed",
    creationDate: new Date(pack.at),
    modificationDate: new Date(pack.at),
  });
  return document.save();
}

function writeProvisions(writer: PageWriter, provisions: readonly JudgedProvision[]): void {
  let clause = "";
  for (const { clause: own, number, v3, demand, text, state, evidence, beyond } of provisions) {
    if (own !== clause) {
      writer.write(own, { size: 11, bold: true, before: 12 }, 60);
      writer.rule();
      clause = own;
    }
    const kind = demand === "capability" ? "" : `, ${demand}`;
    writer.write(`${number}${v3 ? ` (V3.1.3: ${v3})` : ""}${kind}: ${STATE_WORDS[state]}`, { bold: true, before: 7 }, 30);
    writer.write(text, { indent: 12 });
    for (const one of evidence) writer.write(`- ${one.text}`, { indent: 12 });
    if (beyond) writer.write(beyond, { indent: 12, quiet: true });
  }
}
