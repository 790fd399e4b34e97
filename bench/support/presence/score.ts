import type { Outcome } from "./replay";

/** The confusion table of a set of outcomes, as figures. */
export function score(outcomes: readonly Outcome[]): Record<string, number> {
  const causes = outcomes.flatMap((outcome) => outcome.causes);
  const right = causes.filter(({ expected, told }) => expected.includes(told)).length;
  const suspected = outcomes.flatMap((outcome) => outcome.suspected.map((unit) => outcome.tampered.includes(unit)));
  const tampered = outcomes.flatMap((outcome) => outcome.tampered.map((unit) => outcome.suspected.includes(unit)));
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  return {
    scenarios: outcomes.length,
    causeAccuracy: share(right, causes.length),
    trueOutages: sum(({ trueOutages }) => trueOutages.length),
    splitOutages: sum((outcome) => outcome.trueOutages.filter((units) => storiesOf(outcome, units).length > 1).length),
    missedOutages: sum((outcome) => outcome.trueOutages.filter((units) => storiesOf(outcome, units).length === 0).length),
    mergedOutages: sum(
      (outcome) => outcome.toldOutages.filter((told) => outcome.trueOutages.filter((units) => overlap(told, units) >= units.length / 2).length > 1).length,
    ),
    falseOutages: sum((outcome) => outcome.toldOutages.filter((told) => isFalse(outcome, told)).length),
    outageNotices: sum(({ opened }) => opened),
    tamperPrecision: share(suspected.filter(Boolean).length, suspected.length),
    tamperRecall: share(tampered.filter(Boolean).length, tampered.length),
    falseOfflineOverBrokerRestart: sum(({ falseOffline }) => falseOffline),
  };
}

/** What went wrong in one story, in words; empty when nothing did. */
export function faults(outcome: Outcome): string[] {
  const { kind, causes, trueOutages, toldOutages, tampered, suspected, falseOffline } = outcome;
  return [
    ...causes.filter(({ expected, told }) => !expected.includes(told)).map(({ expected, told }) => `${kind}: told ${told}, is ${expected.join(" or ")}`),
    ...trueOutages.flatMap((units) => {
      const stories = storiesOf(outcome, units).length;
      return stories === 1 ? [] : [`${kind}: an outage of ${units.length} is ${stories} stories`];
    }),
    ...toldOutages.filter((told) => isFalse(outcome, told)).map((told) => `${kind}: told an outage of ${told.length} that was none`),
    ...suspected.filter((unit) => !tampered.includes(unit)).map((unit) => `${kind}: device ${unit} wrongly suspected`),
    ...tampered.filter((unit) => !suspected.includes(unit)).map((unit) => `${kind}: device ${unit} not suspected`),
    ...(falseOffline > 0 ? [`${kind}: ${falseOffline} devices offline over a broker restart`] : []),
  ];
}

const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
const overlap = (a: readonly number[], b: readonly number[]) => a.filter((unit) => b.includes(unit)).length;

/** Told outages that are about this one. */
export function storiesOf({ toldOutages }: Outcome, units: readonly number[]): number[][] {
  return toldOutages.filter((told) => overlap(told, units) > 0 && overlap(told, units) >= told.length / 2);
}

/** A told outage that is none: of one device, or mostly of devices that were in no outage. */
export function isFalse({ trueOutages }: Outcome, told: readonly number[]): boolean {
  return told.length < 2 || !trueOutages.some((units) => overlap(told, units) >= told.length / 2);
}
