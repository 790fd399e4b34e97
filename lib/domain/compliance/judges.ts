import type { ComplianceFacts } from "./facts";
import { atMostPartly, type Evidence, type Judge, least, ofDevices, said, share, some, unless } from "./judgement";

/** What the figures say, each once; the provisions of both standards refer to them by name. */

const proved = (f: ComplianceFacts): Evidence => ({ text: `${ofDevices(f.proved, f)} proved zero inbound ports in the last 24 hours.`, href: "/posture" });
const reported = (f: ComplianceFacts): Evidence => ({
  text: `${ofDevices(f.reported, f)} reported in the last 24 hours what listens on them; ${some(f.violating, "device shows", "devices show")} what their profile does not allow.`,
  href: "/posture",
});
const quiet = (f: ComplianceFacts): Evidence => ({
  text: `On ${ofDevices(f.quiet, f)} nothing listens beyond loopback but what their profile allows, by reports of the last 24 hours.`,
  href: "/posture",
});
const transport = (f: ComplianceFacts): Evidence => ({
  text: `Newest connection: ${ofDevices(f.overTls, f)} over TLS, ${f.overPlain.toLocaleString("en")} over plain MQTT, ${f.overWebSocket.toLocaleString("en")} over WebSocket.`,
  href: "/devices",
});
const payloads = (f: ComplianceFacts): Evidence => ({
  text: `Payload encryption (AES-256-GCM): required for ${ofDevices(f.encryptionRequired, f)}, optional for ${f.encryptionOptional.toLocaleString("en")}; ${some(f.leaks, "message")} refused in the last 24 hours for coming in the open.`,
  href: "/keys",
});
const contentKeys = (f: ComplianceFacts): Evidence => ({
  text:
    f.contentKeys === 0
      ? "No device has a content key."
      : `${ofDevices(f.contentKeys, f)} have a content key of their own, the oldest ${(f.oldestKeyDays ?? 0) < 1 ? "less than a day" : some(Math.floor(f.oldestKeyDays ?? 0), "day")} old; ${f.pinnedKeys.toLocaleString("en")} receive it sealed to a pinned public key.`,
  href: "/keys",
});
const tokens = (f: ComplianceFacts): Evidence => ({
  text: `${said(some(f.liveTokens, "live token"))} of devices, each for one device and signed with Ed25519; without an end: 0. The longest ends in ${some(Math.ceil(f.longestTokenDays ?? 0), "day")}; the fleet's limit is ${some(Math.floor(f.tokenLimitDays), "day")}.`,
  href: "/tokens",
});
const shared = (f: ComplianceFacts): Evidence => ({
  text: `${said(some(f.shared, "device"))} whose credential was used in two places at once in the last 30 days.`,
  href: "/refusals",
});
const identities = (f: ComplianceFacts): Evidence => ({
  text: `${ofDevices(f.identities, f)} proved to hold a key pair that they made themselves.`,
  href: "/claims",
});
const revocations = (f: ComplianceFacts): Evidence => ({
  text:
    f.revocations === 0
      ? "No token was revoked so far."
      : `${said(some(f.revocations, "revocation"))}, ${f.receipts.toLocaleString("en")} with a signed receipt that every session is cut; the last on ${f.lastRevocationAt?.slice(0, 10) ?? "an unknown day"}.`,
  href: "/tokens/revocations",
});
const leavers = (f: ComplianceFacts): Evidence => ({
  text: `${said(some(f.retired, "retired device"))}; with a token or key that still works: ${f.retiredWithAccess.toLocaleString("en")}.`,
  href: "/devices?q=lifecycle:retired",
});
const refusals = (f: ComplianceFacts): Evidence => ({
  text: `Nothing is allowed unless a token says so: ${some(f.refusals, "connect, publish or subscription", "connects, publishes and subscriptions")} refused in the last 24 hours.`,
  href: "/refusals",
});
const outages = (f: ComplianceFacts): Evidence => ({
  text: `${said(some(f.outages, "outage"))} in the last 30 days; ${f.back.toLocaleString("en")} of ${some(f.lost, "device")} came back.`,
  href: "/outages",
});
const watching = (f: ComplianceFacts): Evidence => ({
  text: `${said(some(f.securityRules, "enabled alert rule"))} on open ports, unencrypted messages and silence; tampering is suspected of ${some(f.tamperSuspected, "device")}.`,
  href: "/alerts/rules",
});
const platform = ({ platform: { listeners, reachable, unexpected, unknown, machines } }: ComplianceFacts): Evidence => ({
  text:
    machines === unknown
      ? "What the platform itself listens on is not known."
      : `The platform itself: ${some(listeners, "listening socket")}, ${reachable.length} reachable from outside, ${unexpected} not configured.`,
  href: "/posture",
});

const configuration = (f: ComplianceFacts): Evidence => ({
  text: `${ofDevices(f.configured, f)} have a desired state; ${f.inSync.toLocaleString("en")} of these report all of it as desired.`,
  href: "/devices?q=desired:error,pending,unreported",
});

export const uniqueCredentials: Judge = (f) => ({
  state: least(unless(f.shared, f.devices), share(f.devices - f.withoutToken, f.devices)),
  evidence: [tokens(f), shared(f)],
});
export const generatedCredentials: Judge = (f) => ({
  state: share(f.liveTokens, 1),
  evidence: [tokens(f), { text: "Claim codes have 80 random bits, end, and count their uses.", href: "/claims" }],
});
export const strongAuthentication: Judge = (f) => ({ state: share(f.devices - f.withoutToken, f.devices), evidence: [tokens(f), identities(f)] });
export const noBruteForce: Judge = (f) => ({ state: share(f.proved, f.devices), evidence: [proved(f), refusals(f)] });
export const uniqueKeys: Judge = (f) => ({
  state: least(unless(f.shared, f.devices), share(f.devices - f.withoutToken, f.devices)),
  evidence: [tokens(f), contentKeys(f), shared(f)],
});
export const secureCommunication: Judge = (f) => ({ state: share(f.confidential, f.devices), evidence: [transport(f), payloads(f)] });
export const authenticatedAccess: Judge = (f) => ({ state: share(f.proved, f.devices), evidence: [proved(f), refusals(f)] });
export const keysInTransit: Judge = (f) => ({ state: f.contentKeys === 0 ? "not_met" : share(f.pinnedKeys, f.contentKeys), evidence: [contentKeys(f)] });
export const credentialsInTransit: Judge = (f) => ({
  state: share(f.overTls, f.devices),
  evidence: [transport(f), { text: "Over plain MQTT a token can be read on the way." }],
});
export const keyManagement: Judge = (f) => ({
  state: least(unless(f.retiredWithAccess, f.devices), unless((f.oldestKeyDays ?? 0) > 365 ? 1 : 0, f.devices)),
  evidence: [contentKeys(f), tokens(f), revocations(f), leavers(f)],
});
export const interfacesClosed: Judge = (f) => ({ state: share(f.quiet, f.devices), evidence: [quiet(f), proved(f), platform(f)] });
export const nothingDisclosed: Judge = (f) => ({ state: share(f.proved, f.devices), evidence: [proved(f)] });
export const resilience: Judge = (f) => ({
  state: f.lost === 0 ? "partly" : share(f.back, f.lost),
  evidence: [outages(f), { text: "A message is acknowledged only once it is stored." }],
});
export const cleanRecovery: Judge = (f) => ({ state: f.lost === 0 ? "partly" : atMostPartly(share(f.back, f.lost)), evidence: [outages(f)] });
export const orderlyConnections: Judge = (f) => ({
  state: share(f.devices - f.flapping, f.devices),
  evidence: [{ text: `${ofDevices(f.devices - f.flapping, f)} do not come and go in short turns.`, href: "/devices?q=state:flapping" }],
});
export const telemetryExamined: Judge = (f) => ({
  state: f.securityRules === 0 ? atMostPartly(share(f.reported, f.devices)) : share(f.reported, f.devices),
  evidence: [reported(f), watching(f)],
});
export const serviceData: Judge = (f) => ({
  state: "partly",
  evidence: [{ text: `Measurements are deleted after ${some(f.retentionDays, "day")}; there is no deletion on demand yet.` }, leavers(f)],
});
export const easyInstallation: Judge = (f) => ({
  state: share(f.identities, f.devices),
  evidence: [{ text: `${ofDevices(f.identities, f)} were set up by one code: identity, token and key without a decision of the user.`, href: "/claims" }],
});
export const setupChecked: Judge = (f) => ({ state: share(f.reported, f.devices), evidence: [reported(f)] });
export const inputValidated: Judge = (f) => ({
  state: "partly",
  evidence: [
    {
      text: `The platform checks every message: ${some(f.rejected, "message was", "messages were")} rejected in the last 24 hours, each kept with its reason.`,
      href: "/rejected",
    },
  ],
});
export const logicalIdentity: Judge = (f) => ({
  state: share(f.devices, f.devices),
  evidence: [{ text: `${said(some(f.devices, "device"))}, each under an identifier of its own.`, href: "/devices" }, identities(f)],
});
export const physicalIdentity: Judge = (f) => ({
  state: share(f.serials, f.devices),
  evidence: [{ text: `${ofDevices(f.serials, f)} told the serial number on their label.`, href: "/claims" }],
});
export const dataDestroyed: Judge = (f) => ({ state: atMostPartly(unless(f.retiredWithAccess, f.devices)), evidence: [leavers(f)] });
export const cryptographyConfigured: Judge = (f) => ({ state: share(f.encryptionRequired + f.encryptionOptional, f.devices), evidence: [payloads(f)] });
export const stateReported: Judge = (f) => ({ state: share(f.reported, f.devices), evidence: [reported(f)] });
export const stateJudged: Judge = (f) => ({ state: share(f.reported, f.devices), evidence: [reported(f), watching(f)] });
export const stateProtected: Judge = (f) => ({
  state: share(f.devices, f.devices),
  evidence: [{ text: `Only members and keys of this fleet see it: ${f.readers.toLocaleString("en")} at present.`, href: "/members" }],
});
export const stateKeptWhole: Judge = (f) => ({
  state: share(f.devices - f.withoutToken, f.devices),
  evidence: [{ text: "A report is taken only from the device's own token, and nobody edits one." }, refusals(f)],
});
export const stateSentElsewhere: Judge = (f) => ({
  state: share(f.reported, f.devices),
  evidence: [reported(f), { text: "The fleet's statement is signed and can be verified elsewhere." }],
});
export const configurationChanged: Judge = (f) => ({ state: share(f.inSync, f.configured), evidence: [configuration(f)] });
export const configurationRestricted: Judge = (f) => ({ state: atMostPartly(share(f.configured, f.devices)), evidence: [configuration(f), refusals(f)] });
