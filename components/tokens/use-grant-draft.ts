"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { useSession } from "@/lib/client/session";
import type { SubjectKind } from "@/lib/domain/tokens/branches";
import { type DraftRow, metaOfText, permissionsOfRows } from "@/lib/domain/tokens/grant-draft";
import type { GrantRequestInput } from "@/lib/domain/tokens/grant-request";
import { emptyRow, TEMPLATE_IDS, type TemplateId, templateOf } from "@/lib/domain/tokens/templates";

/** What the address says: a link can open the builder with a template, a holder and a query. */
const ADDRESS = {
  template: parseAsStringLiteral(TEMPLATE_IDS).withDefault("service"),
  device: parseAsString.withDefault(""),
  user: parseAsString.withDefault(""),
  service: parseAsString.withDefault(""),
  q: parseAsString.withDefault(""),
};

export interface GrantDraft {
  template: TemplateId;
  holder: { kind: SubjectKind; deviceId: string; userId: string; service: string };
  rows: readonly DraftRow[];
  ttl: number;
  clientId: string;
  label: string;
  meta: string;
}

/** Everything that was typed, kept here whatever the server answers. */
export function useGrantDraft() {
  const { user } = useSession();
  const [address, setAddress] = useQueryStates(ADDRESS);
  const [draft, setDraft] = useState<GrantDraft>(() => startFrom(address.template, address, user.id));
  const change = (changes: Partial<GrantDraft>) => setDraft((before) => ({ ...before, ...changes }));
  return {
    draft,
    change,
    start(template: TemplateId) {
      void setAddress({ template });
      const { deviceId, userId, service } = draft.holder;
      setDraft({ ...startFrom(template, { device: deviceId, user: userId, service, q: address.q }, user.id), meta: draft.meta });
    },
    /** Another holder. The templates that are about one device follow it. */
    hold(changes: Partial<GrantDraft["holder"]>) {
      const holder = { ...draft.holder, ...changes };
      void setAddress({ device: holder.deviceId || null, user: holder.userId === user.id ? null : holder.userId, service: holder.service || null });
      const follows = changes.deviceId !== undefined && (draft.template === "device" || draft.template === "support");
      change({ holder, ...(follows ? { rows: templateOf(draft.template).rows({ deviceId: holder.deviceId, query: address.q }) } : {}) });
    },
    addRow(kind: DraftRow["kind"]) {
      const id = Math.max(0, ...draft.rows.map((row) => row.id)) + 1;
      change({ rows: [...draft.rows, emptyRow(id, kind, draft.rows.at(-1)?.query ?? address.q)] });
    },
    changeRow: (id: number, changes: Partial<DraftRow>) => change({ rows: draft.rows.map((row) => (row.id === id ? { ...row, ...changes } : row)) }),
    removeRow: (id: number) => change({ rows: draft.rows.filter((row) => row.id !== id) }),
  };
}

function startFrom(id: TemplateId, given: { device: string; user: string; service: string; q: string }, self: string): GrantDraft {
  const template = templateOf(id);
  return {
    template: id,
    holder: { kind: template.holder, deviceId: given.device, userId: given.user || self, service: given.service },
    rows: template.rows({ deviceId: given.device, query: given.q }),
    ttl: template.ttl,
    clientId: "",
    label: template.label,
    meta: "",
  };
}

/** What is sent; undefined while the holder is not named yet. */
export function requestOf({ holder, rows, ttl, clientId, label, meta }: GrantDraft): GrantRequestInput | undefined {
  const subject = subjectOf(holder);
  if (!subject) return undefined;
  const permissions = permissionsOfRows(rows, metaOfText(meta));
  return { subject, ttl, label, permissions, ...(clientId.trim() === "" ? {} : { clientId: clientId.trim() }) };
}

function subjectOf({ kind, deviceId, userId, service }: GrantDraft["holder"]): GrantRequestInput["subject"] | undefined {
  if (kind === "device") return deviceId === "" ? undefined : { kind, deviceId };
  if (kind === "console") return { kind, userId };
  return service.trim() === "" ? undefined : { kind, name: service.trim() };
}
