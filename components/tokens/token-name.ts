import type { TokenView } from "@/lib/domain/tokens/token-view";

/** As dialogs name it: `“spare” of Pump 7`. */
export function tokenName({ label, subjectName, subject }: Pick<TokenView, "label" | "subjectName" | "subject">): string {
  return `${label ? `“${label}”` : "this token"} of ${subjectName ?? subject}`;
}
