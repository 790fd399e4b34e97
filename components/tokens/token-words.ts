import type { TokenView } from "@/lib/domain/tokens/token-view";

/** A scope's topic from its holder's point of view: `own up/#` instead of the whole address. */
function topicWords(topic: string, subject: string): string {
  const at = topic.indexOf(`/${subject}/`);
  if (at >= 0) return `own ${topic.slice(at + subject.length + 2)}`;
  return topic.replace(/^sp\/v1\/[^/]+\//, "");
}

/** `publish own up/#, subscribe own down/#` */
export function scopeWords({ scopes, subject }: Pick<TokenView, "scopes" | "subject">): string {
  if (scopes.length === 0) return "nothing at all";
  return scopes
    .map(
      ({ permission, action, topic }) =>
        `${permission === "deny" ? "never " : ""}${action === "all" ? "publish and subscribe" : action} ${topicWords(topic, subject)}`,
    )
    .join(", ");
}
