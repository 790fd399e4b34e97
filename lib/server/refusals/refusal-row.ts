import { REFUSING_BROKERS } from "@/lib/domain/refusals/refusal-reasons";
import type { RefusalView } from "@/lib/domain/refusals/refusal-view";
import { refusalReasonWords } from "@/lib/domain/refusals/refusal-words";
import type { RefusalModel } from "@/prisma/generated/models";

export function refusalView(row: RefusalModel, subjectName: string | null): RefusalView {
  const { id, subject, deviceId, tokenId, action, topic, reason, qos, retain, clientId, address, detail, count, firstAt, lastAt } = row;
  return {
    id: String(id),
    subject,
    subjectName,
    deviceId,
    tokenId,
    proven: tokenId !== null,
    broker: REFUSING_BROKERS.find((broker) => broker === row.broker) ?? "embedded",
    action,
    topic,
    reason,
    reasonWords: refusalReasonWords(reason),
    qos,
    retain,
    clientId,
    address,
    detail,
    count,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  };
}
