import { LIMITS } from "@/lib/protocol/limits";
import { TOPIC_PROBLEMS } from "../tokens/explain-words";
import type { RefusalReason } from "./refusal-reasons";

/** What a sentence may name. `who` is the holder as people know it. */
export interface RefusalFacts {
  who: string;
  proven: boolean;
  clientId: string;
  address: string;
  detail: string;
  count: number;
}

interface Words {
  /** A few words, for lists. */
  short: string;
  sentence: (facts: RefusalFacts) => string;
  /** What to do about it. */
  next: string;
}

const NEW_TOKEN = "Grant a new token, and put it into the device as the MQTT password.";
const CHECK_PASSWORD = "Copy the whole token into the MQTT password again, with nothing before or after it. If it is lost, grant a new one.";

const somebody = ({ who, address }: RefusalFacts) => `Somebody${address ? ` at ${address}` : ""} who could not prove to be ${who}`;
/** No genuine token: whoever it was only said a name. */
const unproven = (short: string, did: string, next: string): Words => ({ short, sentence: (facts) => `${somebody(facts)} ${did}.`, next });
/** A genuine token that does not allow this connection. */
const proven = (short: string, sentence: Words["sentence"], next: string): Words => ({ short, sentence, next });
/** Something is wrong with the topic itself. */
const topic = (short: string, sentence: string): Words => ({ short, sentence: () => sentence, next: "Correct the topic in the client. No grant can help." });

const WORDS: Record<RefusalReason, Words> = {
  missing: unproven("No token", "connected without a user name or a password", "Set the MQTT user name to the holder's id and the password to its token."),
  too_large: unproven("Token too long", `sent a password longer than ${LIMITS.tokenBytes / 1024} KiB, which no token is`, CHECK_PASSWORD),
  malformed: unproven("Not a token", "sent a password that is no token: something else, or a token that was cut off or changed", CHECK_PASSWORD),
  bad_header: unproven("Not a token of ours", "sent a token with a header that ours never have", "It was made elsewhere. Grant a token here and use that."),
  unknown_key: unproven(
    "Signed by an unknown key",
    "sent a token that is signed with a key we do not have",
    "It comes from another installation, or from before this one was set up anew. Grant a new token.",
  ),
  retired_key: {
    short: "Signed by a retired key",
    sentence: ({ who, proven }) => `${proven ? who : `Somebody who says to be ${who}`} came with a token whose signing key was retired.`,
    next: "Grant a new token: it is signed with the present key. Tokens of a retired key are not taken any more, whoever holds them.",
  },
  bad_signature: unproven(
    "Forged or damaged token",
    "sent a token whose signature is wrong: it was damaged on the way, or somebody tries to forge one",
    CHECK_PASSWORD,
  ),
  bad_claims: unproven(
    "Token with bad claims",
    "sent a token that is signed and whose content makes no sense",
    "Grant a new token, and report this: we should never have signed it.",
  ),
  wrong_issuer: unproven("Token of another issuer", "sent a token that another system issued", "Use a token that was granted here."),
  wrong_audience: unproven("Token for another purpose", "sent a token that is not meant for MQTT", "Use a token that was granted here for MQTT."),
  empty_client_id: unproven(
    "No client id",
    "asked for a session to be kept and gave no client id",
    "Set the client id to the holder's id, or connect with a clean session.",
  ),
  unavailable: {
    short: "Broker not ready",
    sentence: ({ who }) => `The broker could not tell yet, or was stopping, when ${who} connected.`,
    next: "Nothing: the client should try again in a second. If it goes on, look at the health page and the broker's log.",
  },
  not_yet_valid: proven(
    "Token not valid yet",
    ({ who }) => `${who} came with a token whose time has not begun.`,
    "Check the clock of the machine that granted it; more than a minute of difference shows here.",
  ),
  expired: proven("Token expired", ({ who }) => `${who} came with a token that has ended.`, NEW_TOKEN),
  revoked: proven(
    "Token revoked",
    ({ who }) => `${who} came with a token that was taken back.`,
    `If it should come in: ${NEW_TOKEN.charAt(0).toLowerCase()}${NEW_TOKEN.slice(1)} If not, this is the revocation at work.`,
  ),
  wrong_subject: proven(
    "Token of somebody else",
    ({ who, detail }) => `The token of ${who} was presented with the user name ${detail || "of somebody else"}.`,
    "Give each device its own token; the MQTT user name is the token's subject.",
  ),
  wrong_client_id: proven(
    "Wrong client id",
    ({ who, clientId }) => `The token of ${who} was presented with the client id ${clientId || "(none)"}, which is not its own.`,
    "Set the client id to the user name, or leave it empty. A bound token has exactly one client id.",
  ),
  keep_alive: proven(
    "Keep-alive out of range",
    ({ who, detail }) => `${who} asked for a keep-alive of ${detail || "?"} seconds; 1 to ${LIMITS.keepAliveMaxSeconds} are allowed.`,
    "Set the client's keep-alive to 60 seconds. MQTT 3.1.1 has no code for this, so it only sees a closed connection.",
  ),
  will_not_allowed: proven(
    "Will not allowed",
    ({ who }) => `${who} named a will that it may not publish, so it was not let in at all.`,
    "Take the will out of the client (presence does not need one), or grant what is missing below.",
  ),
  too_many_sessions: proven(
    "Too many sessions",
    ({ who }) => `${who} has ${LIMITS.sessionsPerSubject} open sessions, which is the most one holder may have.`,
    "Look for clients that connect again without ending their old connection, or for one token on many machines. A fixed client id keeps it at one session.",
  ),
  second_holder: proven(
    "Taken over by a second connection",
    ({ who, address, detail, count, clientId }) => {
      const first = `A connection from ${address || "an unknown address"} with the client id ${clientId} took the place of one from ${detail || "an unknown address"}`;
      if (count < 3) return `${first}. Once or twice is what a device does that reconnects before its old connection was noticed as gone.`;
      return `${first}, ${count} times within this hour. Two machines may hold the identity of ${who} and push each other out.`;
    },
    "Compare the two addresses. If both are not the same machine, revoke this token and grant each machine its own.",
  ),
  not_logged_in: {
    short: "Not logged in",
    sentence: ({ who }) => `A broker asked about ${who}, who did not log in with us under this client id.`,
    next: "Let the client connect again. If it goes on, check that the broker authenticates with our hooks and with nothing else.",
  },
  dot_in_deny: proven(
    "Deny that RabbitMQ cannot keep",
    ({ who }) => `The token of ${who} denies a topic with a dot. To RabbitMQ a dot and a slash are the same, so it could not keep that deny.`,
    "Grant a token whose denied topics have no dots.",
  ),
  other_resource: proven(
    "No such right at all",
    ({ who }) =>
      `RabbitMQ asked for a queue or an exchange that the token of ${who} has no use for: it has no scope for this action, or the queue is another's.`,
    "Grant a token with a scope for this action. RabbitMQ does not tell the topic at this point.",
  ),
  not_the_device: proven(
    "Another device's topic",
    ({ who }) => `${who} published below the \`up/\` of another device. What comes there through RabbitMQ is stored as that device's own word.`,
    "Publish with the device's own token. A grant cannot help while readings are stored from RabbitMQ.",
  ),
  too_many_subscriptions: {
    short: "Too many subscriptions",
    sentence: ({ who }) => `${who} has ${LIMITS.subscriptionsPerClient} subscriptions in one session, which is the most there may be.`,
    next: "Subscribe with a wildcard instead of topic by topic, and unsubscribe from what is not needed any more.",
  },
  implicit_deny: {
    short: "Not granted",
    sentence: ({ who }) => `No scope of the token of ${who} allows this. What is not granted is refused.`,
    next: "Correct the topic in the client, or grant what is missing.",
  },
  explicit_deny: {
    short: "Denied",
    sentence: ({ who }) => `A scope of the token of ${who} denies this. A deny wins over every allow.`,
    next: "Whoever granted the token took this away on purpose. Ask before you grant a token without that deny.",
  },
  empty: topic("Empty level", TOPIC_PROBLEMS.empty),
  too_long: topic("Topic too long", TOPIC_PROBLEMS.too_long),
  too_many_levels: topic("Too many levels", TOPIC_PROBLEMS.too_many_levels),
  control_character: topic("Control character", TOPIC_PROBLEMS.control_character),
  bad_wildcard: topic("Wildcard out of place", TOPIC_PROBLEMS.bad_wildcard),
  wildcard_in_topic: topic("Wildcard in a topic", TOPIC_PROBLEMS.wildcard_in_topic),
  reserved: topic("The broker's own topic", TOPIC_PROBLEMS.reserved),
};

/** A few words; a code of a newer version as it is. */
export function refusalReasonWords(reason: string): string {
  return wordsOf(reason)?.short ?? reason.replaceAll("_", " ");
}

/** What happened, and what to do about it. */
export function refusalSentences(reason: string, facts: RefusalFacts): { sentence: string; nextStep: string } {
  const words = wordsOf(reason);
  return { sentence: words?.sentence(facts) ?? `Refused: ${reason.replaceAll("_", " ")}.`, nextStep: words?.next ?? "" };
}

function wordsOf(reason: string): Words | undefined {
  return Object.hasOwn(WORDS, reason) ? WORDS[reason as RefusalReason] : undefined;
}
