import { newId } from "@/lib/base/ids";
import { compileAccess, type PublishRequest, type Verdict } from "@/lib/domain/tokens/evaluate";
import { median } from "./figures";
import { tenScopes } from "./ten-scopes";

const SESSIONS = 100;
const QUESTIONS = 1_000;
const ROUNDS = 5;
/** A question for a topic that is this recent comes from the session's memory. */
const RECENT = 20;

type Kind = "exact" | "wildcard" | "denied" | "miss";
const EXPECTED: Record<Kind, Verdict> = { exact: "ALLOWED", wildcard: "ALLOWED", denied: "EXPLICIT_DENY", miss: "IMPLICIT_DENY" };
const KINDS = Object.keys(EXPECTED) as Kind[];

interface Question {
  request: PublishRequest;
  kind: Kind;
  remembered: boolean;
}

/**
 * Publish decisions per CPU second of one core, over 100 sessions with ten scopes each that ask in turn. A quarter each: exact
 * names, wildcard matches, misses, and topics that a wildcard allows and another denies. Half of the topics of the last three
 * kinds were asked lately and come from memory, half are new to their session. No topic is the same string object twice, as
 * none is that comes from the network.
 */
export function measureDecisions(): Record<string, number> {
  const fleet = newId("fleet");
  const rates: number[] = [];
  let remembered = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const sessions = Array.from({ length: SESSIONS }, () => {
      const subject = newId("device");
      return { access: compileAccess(tenScopes(fleet, subject)), questions: questionsOf(fleet, subject) };
    });
    const before = process.cpuUsage();
    const wrong = ask(sessions);
    const { user, system } = process.cpuUsage(before);
    if (wrong > 0) throw new Error(`${wrong} decisions are not what they should be`);
    if (round === 0) continue; // The compiler warms up.
    rates.push((SESSIONS * QUESTIONS * 1e6) / (user + system));
    remembered += sessions.reduce((sum, { questions }) => sum + questions.filter((question) => question.remembered).length, 0);
  }
  return { decisionsPerSecond: median(rates), decisionsAskedBeforeShare: remembered / (ROUNDS * SESSIONS * QUESTIONS) };
}

function ask(sessions: readonly { access: ReturnType<typeof compileAccess>; questions: readonly Question[] }[]): number {
  let wrong = 0;
  for (let turn = 0; turn < QUESTIONS; turn++)
    for (const { access, questions } of sessions) {
      const question = questions[turn];
      if (question && access.publish(question.request).verdict !== EXPECTED[question.kind]) wrong++;
    }
  return wrong;
}

function questionsOf(fleet: string, subject: string): Question[] {
  const own = `sp/v1/${fleet}/${subject}`;
  const asked: Record<Kind, string[]> = { exact: [], wildcard: [], denied: [], miss: [] };
  const fresh: Record<Kind, (n: number) => string> = {
    exact: (n) => `${own}/up/${["telemetry", "posture", "state"][n % 3]}`,
    wildcard: (n) => (n % 2 ? `${own}/up/command/${n}` : `sp/v1/${fleet}/dev_${n}/peer/${subject}`),
    denied: (n) => `${own}/scratch/private/${n}`,
    miss: (n) => (n % 2 ? `${own}/up/update/${n}` : `sp/v1/${fleet}/dev_${n}/up/telemetry`),
  };
  const known = new Set<string>();
  return Array.from({ length: QUESTIONS }, (_, turn) => {
    const kind = KINDS[turn % KINDS.length] ?? "miss";
    const lately = asked[kind].slice(-RECENT / KINDS.length);
    const n = Math.floor(turn / KINDS.length);
    const topic = (kind !== "exact" && n % 2 === 1 ? lately[n % lately.length] : undefined) ?? fresh[kind](n);
    const remembered = known.has(topic);
    known.add(topic);
    asked[kind].push(topic);
    return { kind, remembered, request: { topic: Buffer.from(topic).toString(), qos: 1, retain: false } };
  });
}
