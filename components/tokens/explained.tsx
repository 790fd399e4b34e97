import { Tag } from "@/components/ui/tag";
import type { AccessCheck, Explanation } from "@/lib/domain/tokens/explanation";
import type { Scope } from "@/lib/protocol/access";
import classes from "./explained.module.css";
import { TopicLevels } from "./topic-levels";

/** Tried, nearest, decided by: a decision in three lines. */
export function Explained({ check, scopes, explanation }: { check: AccessCheck; scopes: readonly Scope[]; explanation: Explanation }) {
  const { nearest, words } = explanation;
  const near = nearest ? scopes[nearest.scope] : undefined;
  return (
    <dl className={classes.card}>
      <dt>Tried</dt>
      <dd>
        <span className={classes.action}>{check.action}</span>
        <TopicLevels topic={check.topic} nearest={nearest} side="asked" />
        <span className={classes.limits}>{checkLimits(check)}</span>
      </dd>
      {near ? (
        <>
          <dt>Nearest</dt>
          <dd>
            <span className={classes.action}>{actionWords(near)}</span>
            <TopicLevels topic={near.topic} nearest={nearest} side="granted" />
            <span className={classes.limits}>{scopeLimits(near)}</span>
            <span className={classes.why}>{words.nearest}</span>
          </dd>
        </>
      ) : null}
      <dt>Decided by</dt>
      <dd>{words.decision}</dd>
    </dl>
  );
}

/** All scopes of a token, with what each had to say. */
export function ScopeList({ scopes, explanation }: { scopes: readonly Scope[]; explanation?: Explanation | null }) {
  if (scopes.length === 0) return <p className={classes.none}>No scopes: it allows nothing.</p>;
  return (
    <ol className={classes.scopes}>
      {scopes.map((scope, index) => (
        <li key={index}>
          <span className={classes.number}>{index + 1}</span>
          <span>
            {scope.permission} {actionWords(scope)}
          </span>
          <code className={classes.topic}>{scope.topic}</code>
          <span className={classes.limits}>{scopeLimits(scope)}</span>
          {explanation?.decidedBy === index ? <Tag tone={scope.permission === "deny" ? "bad" : "ok"}>decided</Tag> : null}
          {explanation?.nearest?.scope === index ? <Tag tone="warn">nearest</Tag> : null}
        </li>
      ))}
    </ol>
  );
}

function actionWords({ action }: Scope): string {
  return action === "all" ? "publish and subscribe" : action;
}

function checkLimits({ action, qos, retain }: AccessCheck): string {
  return `QoS ${qos}${action === "publish" ? (retain ? ", retained" : ", not retained") : ""}`;
}

function scopeLimits({ qos, retain }: Scope): string {
  return [qos ? `QoS ${qos.join(" or ")}` : "any QoS", ...(retain === undefined ? [] : [retain ? "retained only" : "not retained"])].join(", ");
}
