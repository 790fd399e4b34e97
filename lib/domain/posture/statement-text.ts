import { PROOF_HOURS } from "./proof";

export function statementText(proved: number, devices: number): string {
  return `${proved.toLocaleString("en")} of ${devices.toLocaleString("en")} ${devices === 1 ? "device" : "devices"} proved zero inbound ports in the last ${PROOF_HOURS} h`;
}
