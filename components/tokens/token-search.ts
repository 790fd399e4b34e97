"use client";

import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { TOKEN_LIST_VIEWS, type TokenListView } from "@/lib/domain/tokens/token-list";

export const KINDS = ["device", "console", "service"] as const;
export const KIND_WORDS = { device: "device", console: "person", service: "service" } as const;

const parsers = {
  view: parseAsStringLiteral(TOKEN_LIST_VIEWS).withDefault("live"),
  kind: parseAsStringLiteral(KINDS),
  q: parseAsString.withDefault(""),
  tabs: parseAsBoolean.withDefault(false),
};

/** The list's question, in its address. */
export const useTokenSearch = () => useQueryStates(parsers);

/** Name of each view, its sentence for a number, and what an empty one means. */
export const VIEW_WORDS: Record<TokenListView, { label: string; answer: (n: string, s: string) => string; empty: string }> = {
  live: { label: "Live", answer: (n, s) => `${n} live token${s}`, empty: "A device gets its first token when it is added." },
  connected: { label: "Connected now", answer: (n, s) => `${n} token${s} connected now`, empty: "No session is open with any of them." },
  unused: { label: "Never used", answer: (n, s) => `${n} token${s} never used`, empty: "Each token that was granted more than a day ago was used." },
  partly: { label: "Used in part", answer: (n, s) => `${n} token${s} used in part`, empty: "Every token that is used needs all that it may do." },
  renewals: { label: "Renewals due", answer: (n, s) => `${n} renewal${s} due`, empty: "No token of an active holder ends within 14 days." },
  expired: { label: "Expired", answer: (n, s) => `${n} expired token${s}`, empty: "None has come to its end yet." },
  revoked: { label: "Revoked", answer: (n, s) => `${n} revoked token${s}`, empty: "None was taken back." },
};
