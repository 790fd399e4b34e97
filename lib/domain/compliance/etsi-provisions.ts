import * as judges from "./judges";
import type { Provision } from "./provision";

type Row = Omit<Provision, "standard" | "clause">;
const clause = (title: string, rows: readonly Row[]): Provision[] => rows.map((row) => ({ standard: "EN 303 645", clause: title, ...row }));

const ON_THE_DEVICE = "What happens inside the device is not seen from here.";
const MANUFACTURER = "A matter of the manufacturer.";
const NO_UPDATES = "Not covered yet: this system does not update software. It knows the version that a device tells.";

/** Clause 5 of ETSI EN 303 645, each provision once; clause 6 (personal data) is about the manufacturer and consumers. */
export const ETSI_PROVISIONS: readonly Provision[] = [
  ...clause("5.1 No universal default passwords", [
    {
      number: "5.1-1",
      demand: "shall",
      text: "Outside of the factory default, passwords are unique per device or chosen by the user.",
      beyond: "Passwords that a device asks for by itself are not seen.",
      judge: judges.uniqueCredentials,
    },
    {
      number: "5.1-2",
      demand: "shall",
      text: "Pre-installed unique passwords are made in a way that reduces automated attacks on a class of devices.",
      judge: judges.generatedCredentials,
    },
    {
      number: "5.1-3",
      demand: "shall",
      text: "Authentication uses best practice cryptography.",
      beyond: "How users sign in to a device itself is not seen.",
      judge: judges.strongAuthentication,
    },
    {
      number: "5.1-4",
      demand: "shall",
      text: "Where users sign in to a device, the credential is simple to change.",
      beyond: "Users do not sign in to devices through this system.",
    },
    { number: "5.1-5", demand: "shall", text: "Brute-force attacks on authentication over the network are impracticable.", judge: judges.noBruteForce },
  ]),
  ...clause("5.2 Implement a means to manage reports of vulnerabilities", [
    { number: "5.2-1", demand: "shall", text: "A vulnerability disclosure policy is public.", beyond: MANUFACTURER },
    { number: "5.2-2", demand: "should", text: "Disclosed vulnerabilities are acted on in time.", beyond: MANUFACTURER },
    { number: "5.2-3", demand: "should", text: "Vulnerabilities are watched for and put right during the support period.", beyond: MANUFACTURER },
  ]),
  ...clause("5.3 Keep software updated", [
    { number: "5.3-1", demand: "should", text: "All software components can be updated securely.", beyond: NO_UPDATES },
    { number: "5.3-2", demand: "shall", text: "A device that is not constrained has a mechanism for secure installation of updates.", beyond: NO_UPDATES },
    { number: "5.3-3", demand: "shall", text: "An update is simple to apply.", beyond: NO_UPDATES },
    { number: "5.3-4", v3: "5.3-4A, 5.3-4B", demand: "should", text: "Updates are automatic.", beyond: NO_UPDATES },
    { number: "5.3-5", demand: "should", text: "The device looks for security updates after its start, and regularly.", beyond: NO_UPDATES },
    {
      number: "5.3-6",
      v3: "5.3-6A, 5.3-6B",
      demand: "should",
      text: "Automatic updates and notifications are on at first, and the user's choice.",
      beyond: NO_UPDATES,
    },
    { number: "5.3-7", demand: "shall", text: "Update mechanisms use best practice cryptography.", beyond: NO_UPDATES },
    { number: "5.3-8", demand: "shall", text: "Security updates are timely.", beyond: NO_UPDATES },
    { number: "5.3-9", demand: "should", text: "The device verifies authenticity and integrity of updates.", beyond: NO_UPDATES },
    { number: "5.3-10", demand: "shall", text: "Updates over a network are verified by a trust relationship.", beyond: NO_UPDATES },
    { number: "5.3-11", demand: "should", text: "The user is told that a security update is needed, and which risks it takes away.", beyond: NO_UPDATES },
    { number: "5.3-12", demand: "should", text: "The user is told when an update will disrupt the device.", beyond: NO_UPDATES },
    { number: "5.3-13", demand: "shall", text: "The support period is published.", beyond: MANUFACTURER },
    { number: "5.3-14", demand: "should", text: "Of constrained devices without updates: why, and what replaces them, is published.", beyond: MANUFACTURER },
    {
      number: "5.3-15",
      v3: "5.3-15A, 5.3-15B",
      demand: "should",
      text: "Constrained devices without updates can be isolated and replaced.",
      beyond: MANUFACTURER,
    },
    { number: "5.3-16", demand: "shall", text: "The model designation can be recognised on the device.", beyond: MANUFACTURER },
  ]),
  ...clause("5.4 Securely store sensitive security parameters", [
    { number: "5.4-1", demand: "shall", text: "Sensitive security parameters in persistent storage are stored securely by the device.", beyond: ON_THE_DEVICE },
    { number: "5.4-2", demand: "shall", text: "A hard-coded unique identity resists tampering.", beyond: ON_THE_DEVICE },
    { number: "5.4-3", demand: "shall", text: "No critical security parameter is hard-coded in source code.", beyond: ON_THE_DEVICE },
    {
      number: "5.4-4",
      demand: "shall",
      text: "Critical parameters that protect communication and updates are unique per device and made robustly.",
      beyond: "Parameters for updates are not seen.",
      judge: judges.uniqueKeys,
    },
  ]),
  ...clause("5.5 Communicate securely", [
    {
      number: "5.5-1",
      demand: "shall",
      text: "The device communicates with best practice cryptography.",
      beyond: "Only its connection to this platform is seen.",
      judge: judges.secureCommunication,
    },
    { number: "5.5-2", demand: "should", text: "Reviewed or evaluated implementations are used.", beyond: ON_THE_DEVICE },
    { number: "5.5-3", demand: "should", text: "Algorithms and primitives can be updated.", beyond: NO_UPDATES },
    {
      number: "5.5-4",
      demand: "should",
      text: "Functions of the device are reached over a network only after authentication.",
      judge: judges.authenticatedAccess,
    },
    {
      number: "5.5-5",
      demand: "shall",
      text: "Security-relevant configuration is changed over a network only after authentication.",
      judge: judges.authenticatedAccess,
    },
    { number: "5.5-6", demand: "should", text: "Critical security parameters are encrypted in transit.", judge: judges.keysInTransit },
    {
      number: "5.5-7",
      demand: "shall",
      text: "Critical security parameters stay confidential over interfaces that are reachable from afar.",
      judge: judges.credentialsInTransit,
    },
    {
      number: "5.5-8",
      demand: "shall",
      text: "Critical security parameters are managed by secure processes.",
      beyond: "Processes of the manufacturer are not seen.",
      judge: judges.keyManagement,
    },
  ]),
  ...clause("5.6 Minimize exposed attack surfaces", [
    {
      number: "5.6-1",
      demand: "shall",
      text: "Unused network and logical interfaces are disabled.",
      beyond: "By the device's own account.",
      judge: judges.interfacesClosed,
    },
    {
      number: "5.6-2",
      demand: "shall",
      text: "Network interfaces disclose as little as possible before authentication.",
      beyond: "By the device's own account.",
      judge: judges.nothingDisclosed,
    },
    { number: "5.6-3", demand: "should", text: "Hardware exposes no physical interface without need.", beyond: ON_THE_DEVICE },
    { number: "5.6-4", v3: "5.6-4A, 5.6-4B", demand: "shall", text: "A debug interface that can be reached is disabled or protected.", beyond: ON_THE_DEVICE },
    {
      number: "5.6-5",
      demand: "should",
      text: "Only services that are needed are enabled.",
      beyond: "By the device's own account, and by what the profile allows.",
      judge: judges.interfacesClosed,
    },
    { number: "5.6-6", demand: "should", text: "Code is as small as its function needs.", beyond: ON_THE_DEVICE },
    { number: "5.6-7", demand: "should", text: "Software runs with the least privileges.", beyond: ON_THE_DEVICE },
    { number: "5.6-8", demand: "should", text: "Memory has access control in hardware.", beyond: ON_THE_DEVICE },
    { number: "5.6-9", demand: "should", text: "Software is developed by secure processes.", beyond: MANUFACTURER },
  ]),
  ...clause("5.7 Ensure software integrity", [
    { number: "5.7-1", demand: "should", text: "The device verifies its software by secure boot.", beyond: ON_THE_DEVICE },
    {
      number: "5.7-2",
      demand: "should",
      text: "On an unauthorised change of its software the device alerts, and connects to nothing more than that needs.",
      beyond: ON_THE_DEVICE,
    },
  ]),
  ...clause("5.8 Ensure that personal data is secure", [
    {
      number: "5.8-1",
      demand: "should",
      text: "Personal data between device and service is confidential.",
      beyond: "Whether payloads hold personal data is not known here.",
      judge: judges.secureCommunication,
    },
    {
      number: "5.8-2",
      demand: "shall",
      text: "Sensitive personal data between device and service is confidential.",
      beyond: "Whether payloads hold personal data is not known here.",
      judge: judges.secureCommunication,
    },
    { number: "5.8-3", demand: "shall", text: "External sensing capabilities are documented for the user.", beyond: MANUFACTURER },
  ]),
  ...clause("5.9 Make systems resilient to outages", [
    { number: "5.9-1", demand: "should", text: "Resilience is built in against outages of network and power.", judge: judges.resilience },
    {
      number: "5.9-2",
      demand: "should",
      text: "Devices keep working locally without a network, and recover cleanly.",
      beyond: "Whether it works locally meanwhile is not seen.",
      judge: judges.cleanRecovery,
    },
    { number: "5.9-3", demand: "should", text: "Devices connect in an orderly and stable way.", judge: judges.orderlyConnections },
  ]),
  ...clause("5.10 Examine system telemetry data", [
    { number: "5.10-1", demand: "should", text: "Telemetry is examined for security anomalies.", judge: judges.telemetryExamined },
  ]),
  ...clause("5.11 Make it easy for users to delete user data", [
    { number: "5.11-1", demand: "shall", text: "User data is simple to erase from the device.", beyond: ON_THE_DEVICE },
    { number: "5.11-2", demand: "should", text: "Personal data is simple to remove from associated services.", judge: judges.serviceData },
    { number: "5.11-3", demand: "should", text: "Users are told clearly how to delete their data.", beyond: MANUFACTURER },
    { number: "5.11-4", demand: "should", text: "Deletion is confirmed clearly.", beyond: MANUFACTURER },
  ]),
  ...clause("5.12 Make installation and maintenance of devices easy", [
    { number: "5.12-1", demand: "should", text: "Installation and maintenance need few decisions of the user.", judge: judges.easyInstallation },
    { number: "5.12-2", demand: "should", text: "Users get guidance on secure set-up.", beyond: MANUFACTURER },
    { number: "5.12-3", demand: "should", text: "Users get guidance on how to check that a device is set up securely.", judge: judges.setupChecked },
  ]),
  ...clause("5.13 Validate input data", [
    {
      number: "5.13-1",
      v3: "5.13-1A, 5.13-1B",
      demand: "shall",
      text: "Input by users, interfaces and networks is validated.",
      beyond: "What the device validates is not seen.",
      judge: judges.inputValidated,
    },
  ]),
];
