import { z } from "zod";
import { PRESENCE_CAUSES } from "@/lib/protocol/presence";
import { LIKELY_CAUSES } from "./likely-cause";

const time = z.iso.datetime();

/** `open`: somebody should look. `snoozed`: not before its time. `closed`: looked into, though the device is still away. */
export const INVESTIGATION_VIEWS = ["open", "snoozed", "closed"] as const;
export type InvestigationViewName = (typeof INVESTIGATION_VIEWS)[number];

const assigneeSchema = z.object({ id: z.string(), name: z.string() });

/** Devices that are away for the same likely cause; those of one outage together. */
export const investigationGroupSchema = z.object({
  cause: z.enum(LIKELY_CAUSES),
  outageId: z.string().nullable(),
  title: z.string(),
  devices: z.number().int(),
  assigned: z.number().int(),
  /** Of the absence that has lasted longest. */
  oldestSince: time,
});
export type InvestigationGroup = z.output<typeof investigationGroupSchema>;

export const investigationsSchema = z.object({
  /** Biggest first. */
  groups: z.array(investigationGroupSchema),
  counts: z.object({ open: z.number().int(), snoozed: z.number().int(), closed: z.number().int() }),
  /** Of this view, whoever they are assigned to. */
  mine: z.number().int(),
  /** Who may be assigned. */
  assignees: z.array(assigneeSchema),
});
export type Investigations = z.output<typeof investigationsSchema>;

/** One absence of one device, and what people do about it. */
export const investigationSchema = z.object({
  device: z.object({ id: z.string(), name: z.string(), site: z.string().nullable() }),
  since: time,
  how: z.enum(PRESENCE_CAUSES),
  cause: z.enum(LIKELY_CAUSES),
  outageId: z.string().nullable(),
  view: z.enum(INVESTIGATION_VIEWS),
  assignee: assigneeSchema.nullable(),
  snoozedUntil: time.nullable(),
  closedAt: time.nullable(),
  closedBy: z.string().nullable(),
  closedReason: z.string().nullable(),
  notes: z.number().int(),
  lastNote: z.string().nullable(),
});
export type InvestigationView = z.output<typeof investigationSchema>;

/** With all notes, newest first. `absence` is null when the device is not away. */
export const deviceInvestigationSchema = z.object({
  absence: investigationSchema.nullable(),
  notes: z.array(z.object({ at: time, author: z.string(), text: z.string() })),
  assignees: z.array(assigneeSchema),
});
export type DeviceInvestigation = z.output<typeof deviceInvestigationSchema>;
