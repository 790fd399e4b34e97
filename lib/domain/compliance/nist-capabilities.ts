import * as judges from "./judges";
import type { Provision } from "./provision";

type Row = Pick<Provision, "text" | "beyond" | "judge">;

/** A capability of table 1 with its common elements, counted in the order of the table. */
const capability = (clause: string, elements: readonly Row[]): Provision[] =>
  elements.map((row, index) => ({ standard: "IR 8259A", clause, number: `${clause} ${index + 1}`, demand: "capability", ...row }));

const NOT_YET = "Not covered yet.";
const NO_UPDATES = "Not covered yet: this system does not update software.";

/** NIST IR 8259A (May 2020), table 1. */
export const NIST_CAPABILITIES: readonly Provision[] = [
  ...capability("Device Identification", [
    { text: "A unique logical identifier.", judge: judges.logicalIdentity },
    { text: "A unique physical identifier that authorised people can get at.", judge: judges.physicalIdentity },
  ]),
  ...capability("Device Configuration", [
    { text: "Settings of the device's software can be changed.", judge: judges.configurationChanged },
    {
      text: "Only authorised entities change them.",
      beyond: "Other ways to change them, on the device itself, are not seen.",
      judge: judges.configurationRestricted,
    },
    { text: "Authorised entities restore a secure configuration.", beyond: NOT_YET },
  ]),
  ...capability("Data Protection", [
    {
      text: "Secure cryptographic modules protect confidentiality and integrity of what is stored and sent.",
      beyond: "What is stored on the device is not seen.",
      judge: judges.secureCommunication,
    },
    {
      text: "Authorised entities make all data on the device inaccessible, such as by destroying keys.",
      beyond: "What stays on the device is not seen.",
      judge: judges.dataDestroyed,
    },
    { text: "The use of cryptography can be configured.", judge: judges.cryptographyConfigured },
  ]),
  ...capability("Logical Access to Interfaces", [
    { text: "Interfaces that are not needed can be disabled.", beyond: "Local interfaces are not seen.", judge: judges.interfacesClosed },
    { text: "Each network interface is open to authorised entities only.", judge: judges.authenticatedAccess },
    { text: "Locking after failed authentication can be configured.", beyond: "Of the device's own interfaces nothing is seen." },
  ]),
  ...capability("Software Update", [
    { text: "Software can be updated remotely or locally.", beyond: NO_UPDATES },
    { text: "An update is verified before it is installed.", beyond: NO_UPDATES },
    { text: "Authorised entities roll an update back.", beyond: NO_UPDATES },
    { text: "Only authorised entities update.", beyond: NO_UPDATES },
    { text: "Updating can be enabled and disabled.", beyond: NO_UPDATES },
    { text: "Start of updates and notifications can be configured.", beyond: NO_UPDATES },
  ]),
  ...capability("Cybersecurity State Awareness", [
    { text: "The device reports its cybersecurity state.", beyond: "Open ports, connections and traffic; not its software.", judge: judges.stateReported },
    { text: "A degraded state is told from a good one.", judge: judges.stateJudged },
    { text: "Only authorised entities see the state.", judge: judges.stateProtected },
    { text: "Nobody but who maintains it can edit it.", judge: judges.stateKeptWhole },
    { text: "The state is available to a service elsewhere.", judge: judges.stateSentElsewhere },
  ]),
];
