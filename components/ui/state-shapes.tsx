import type { ReactNode } from "react";

/** Every word of state in the product, with its tone and its shape: three signs, so that none of them is needed alone. */
export const STATE_MARKS = {
  online: { word: "Online", tone: "ok" },
  silent: { word: "Silent", tone: "warn" },
  sleeping: { word: "Sleeping", tone: "sleep" },
  flapping: { word: "Flapping", tone: "warn" },
  unknown: { word: "Unknown", tone: "unknown" },
  offline: { word: "Offline", tone: "bad" },
  never_seen: { word: "Never seen", tone: "unknown" },
  tamper: { word: "Tamper suspected", tone: "tamper" },
  updating: { word: "Updating", tone: "update" },
  quarantined: { word: "Quarantined", tone: "tamper" },
  archived: { word: "Archived", tone: "unknown" },
  done: { word: "Done", tone: "ok" },
  failed: { word: "Failed", tone: "bad" },
  waiting: { word: "Waiting", tone: "unknown" },
  pending: { word: "Pending", tone: "warn" },
  firing: { word: "Firing", tone: "bad" },
  info: { word: "Information", tone: "unknown" },
} as const;

export type StateName = keyof typeof STATE_MARKS;
export type Tone = (typeof STATE_MARKS)[StateName]["tone"];

const stroke = { fill: "none", stroke: "currentColor", strokeWidth: 1.5, strokeLinecap: "round", strokeLinejoin: "round" } as const;
const cut = { stroke: "var(--mark-ground, var(--surface))", strokeWidth: 1.5, strokeLinecap: "round", strokeLinejoin: "round", fill: "none" } as const;
const disc = <circle cx="6" cy="6" r="4.5" fill="currentColor" />;
const square = <rect x="1.5" y="1.5" width="9" height="9" rx="1.5" fill="currentColor" />;
const triangle = (
  <>
    <path d="M6 .8 11.6 10.8H.4z" fill="currentColor" />
    <path d="M6 4.4v3M6 9.1h.01" {...cut} />
  </>
);

/** Drawn on 12 x 12. Apart from each other in greyscale too. */
export const SHAPES: Record<StateName, ReactNode> = {
  online: disc,
  silent: (
    <>
      <circle cx="6" cy="6" r="4.25" {...stroke} />
      <path d="M6 1.75a4.25 4.25 0 0 0 0 8.5z" fill="currentColor" />
    </>
  ),
  sleeping: <path d="M9.9 7.6A4.6 4.6 0 1 1 4.4 2.1a3.8 3.8 0 0 0 5.5 5.5z" fill="currentColor" />,
  flapping: <path d="M.8 8.5 3.2 3.5 6 8.5l2.8-5 2.4 5" {...stroke} strokeWidth={1.75} />,
  unknown: <circle cx="6" cy="6" r="4.5" {...stroke} strokeDasharray="2.2 1.6" strokeLinecap="butt" />,
  offline: (
    <>
      {square}
      <path d="M4 4l4 4M8 4l-4 4" {...cut} />
    </>
  ),
  never_seen: <circle cx="6" cy="6" r="4.25" {...stroke} />,
  tamper: triangle,
  updating: (
    <>
      <circle cx="6" cy="6" r="5" fill="currentColor" />
      <path d="M6 3.2v5M3.9 6.4 6 8.5l2.1-2.1" {...cut} />
    </>
  ),
  quarantined: (
    <>
      <path d="M4 1h4l3 3v4l-3 3H4L1 8V4z" fill="currentColor" />
      <path d="M3.6 6h4.8" {...cut} />
    </>
  ),
  archived: null,
  done: <path d="M2 6.5 4.8 9.2 10 3.2" {...stroke} />,
  failed: <path d="M3 3l6 6M9 3l-6 6" {...stroke} />,
  waiting: (
    <>
      <circle cx="6" cy="6" r="4.6" {...stroke} />
      <path d="M6 3.4V6l1.8 1.3" {...stroke} />
    </>
  ),
  pending: (
    <>
      <circle cx="6" cy="6" r="4.6" {...stroke} />
      <path d="M6 3.4V6l1.8 1.3" {...stroke} />
    </>
  ),
  firing: triangle,
  info: <circle cx="6" cy="6" r="2.2" fill="currentColor" />,
};
