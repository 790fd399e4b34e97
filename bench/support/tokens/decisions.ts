import { newId } from "@/lib/base/ids";
import { type Access, compileAccess, type PublishRequest, type Verdict } from "@/lib/domain/tokens/evaluate";
import { median } from "./figures";
import { tenScopes } from "./ten-scopes";

const SESSIONS = 100;
const QUESTIONS = 1_000;
const ROUNDS = 5;
/** Turns whose topics are made at once, just before they are asked. */
const TURNS_AT_ONCE = 10;
/** How far back a topic that is asked again was asked. */
const RECENT = 20;

type Kind = "exact" | "wildcard" | "denied" | "miss";
const EXPECTED: Record<Kind, Verdict> = { exact: "ALLOWED", wildcard: "ALLOWED", denied: "EXPLICIT_DENY", miss: "IMPLICIT_DENY" };
const KINDS = Object.keys(EXPECTED) as Kind[];

interface Question {
  topic: string;
  kind: Kind;
  askedBefore: boolean;
}

interface Session {
  access: Access;
  questions: readonly Question[];
}

/**
 * Publish decisions per CPU second of one core, over 100 sessions with ten scopes each that ask in turn. A quarter each: exact
 * names, wildcard matches, misses, and topics that a wildcard allows and another denies. Half of the topics of the last three
 * kinds were asked lately, half are new to their session. Each topic is a string of its own that was just made, as the one of
 * a message that was just read: what is timed is the decision, and not the way of 100,000 old texts from main memory.
 */
export function measureDecisions(): Record<string, number> {
  const fleet = newId("fleet");
  const rates: number[] = [];
  let askedBefore = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const sessions = Array.from({ length: SESSIONS }, (): Session => {
      const subject = newId("device");
      return { access: compileAccess(tenScopes(fleet, subject)), questions: questionsOf(fleet, subject) };
    });
    let micros = 0;
    for (let turn = 0; turn < QUESTIONS; turn += TURNS_AT_ONCE) micros += askSome(sessions, turn);
    if (round === 0) continue; // The compiler warms up.
    rates.push((SESSIONS * QUESTIONS * 1e6) / micros);
    askedBefore += sessions.reduce((sum, { questions }) => sum + questions.filter((question) => question.askedBefore).length, 0);
  }
  return { decisionsPerSecond: median(rates), decisionsAskedBeforeShare: askedBefore / (ROUNDS * SESSIONS * QUESTIONS) };
}

/** The CPU time of the answers alone, in microseconds; throws when one is not what it should be. */
function askSome(sessions: readonly Session[], from: number): number {
  const asked: { access: Access; request: PublishRequest; expected: Verdict }[] = [];
  for (let turn = from; turn < from + TURNS_AT_ONCE; turn++)
    for (const { access, questions } of sessions) {
      const { topic = "", kind = "miss" } = questions[turn] ?? {};
      asked.push({ access, request: { topic: Buffer.from(topic).toString(), qos: 1, retain: false }, expected: EXPECTED[kind] });
    }
  const before = process.cpuUsage();
  let wrong = 0;
  for (const { access, request, expected } of asked) if (access.publish(request).verdict !== expected) wrong++;
  const { user, system } = process.cpuUsage(before);
  if (wrong > 0) throw new Error(`${wrong} decisions are not what they should be`);
  return user + system;
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
    const askedBefore = known.has(topic);
    known.add(topic);
    asked[kind].push(topic);
    return { topic, kind, askedBefore };
  });
}
