import type { SVGProps } from "react";

/** Stroke icons on a 16 px grid. `currentColor`, decorative: the text beside them speaks. */
const PATHS = {
  overview: "M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3.5H9zM9 8.5h4.5v5H9zM2.5 11h4.5v2.5H2.5z",
  devices:
    "M5.5 4h5A1.5 1.5 0 0 1 12 5.5v5a1.5 1.5 0 0 1-1.5 1.5h-5A1.5 1.5 0 0 1 4 10.5v-5A1.5 1.5 0 0 1 5.5 4zM6.5 1.5V4M9.5 1.5V4M6.5 12v2.5M9.5 12v2.5M1.5 6.5H4M1.5 9.5H4M12 6.5h2.5M12 9.5h2.5",
  jobs: "M2.5 4 3.7 5.2 6 2.9M8.5 4h5M2.5 8.2l1.2 1.2L6 7.1M8.5 8.2h5M2.5 12.4l1.2 1.2L6 11.3M8.5 12.4h5",
  wall: "M2.5 2.5h3v3h-3zM6.8 2.5h3v3h-3zM11 2.5h2.5v3H11zM2.5 6.8h3v3h-3zM6.8 6.8h3v3h-3zM11 6.8h2.5v3H11zM2.5 11h3v2.5h-3zM6.8 11h3v2.5h-3z",
  sites: "M8 14.2S3.2 9.8 3.2 6.4a4.8 4.8 0 0 1 9.6 0c0 3.4-4.8 7.8-4.8 7.8zM6.3 6.4a1.7 1.7 0 1 0 3.4 0 1.7 1.7 0 0 0-3.4 0z",
  outages: "M1.5 8h3l1.5-3 1.5 5M9 8.5 10 6.5M11.5 8h3M12.5 3l-9 10.5",
  investigations: "M3 2.5h6.5M3 5.5h4M3 8.5h2.5M7 10a3 3 0 1 0 6 0 3 3 0 0 0-6 0zM12.2 12.2 14 14",
  alerts: "M4 7a4 4 0 0 1 8 0c0 3.5 1.5 4.5 1.5 4.5h-11S4 10.5 4 7zM6.7 14h2.6",
  rejected: "M3 8a5 5 0 1 0 10 0A5 5 0 0 0 3 8zM4.5 4.5l7 7",
  tokens: "M1.5 5.5a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v1a1.5 1.5 0 0 0 0 3v1a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-1a1.5 1.5 0 0 0 0-3zM10 4.5v7",
  refusals: "M8 1.8 13 4v4c0 3-2.2 5-5 6.2C5.2 13 3 11 3 8V4zM6 6l4 4M10 6l-4 4",
  members: "M3.5 5.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0zM1.8 13.5a4.2 4.2 0 0 1 8.4 0M10.5 3.3a2.5 2.5 0 0 1 0 4.4M12 10a4.2 4.2 0 0 1 2.3 3.5",
  channels: "M2 8h3l2-4 2.5 8 2-4H14",
  audit: "M3.5 2h9v12h-9zM6 5.5h4M6 8h4M6 10.5h2.5",
  rules: "M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M8.5 4.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 0 0-3 0zM4.5 11.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 0 0-3 0z",
  search: "M2.5 7a4.5 4.5 0 1 0 9 0 4.5 4.5 0 0 0-9 0zM10.5 10.5l3 3",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  close: "M4 4l8 8M12 4l-8 8",
  check: "M3 8.5 6.5 12 13 4.5",
  copy: "M5.5 5.5h7v8h-7zM3.5 10.5v-8h7",
  download: "M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10",
  plus: "M8 3v10M3 8h10",
  chevron: "M6 4l4 4-4 4",
  updown: "M5 6l3-3 3 3M5 10l3 3 3-3",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3.5v9l7-4.5z",
  help: "M6 6a2 2 0 1 1 2.8 1.8c-.5.3-.8.6-.8 1.2v.3M8 11.8h.01M2 8a6 6 0 1 0 12 0A6 6 0 0 0 2 8z",
  key: "M2 11a3 3 0 1 0 6 0 3 3 0 0 0-6 0zM7.2 8.8 13.5 2.5M11 5l2 2",
  clock: "M2 8a6 6 0 1 0 12 0A6 6 0 0 0 2 8zM8 4.5V8l2.3 1.5",
  link: "M6.5 9.5l3-3M7 4.5l1-1a3 3 0 0 1 4.3 4.3l-1 1M9 11.5l-1 1a3 3 0 0 1-4.3-4.3l1-1",
  shield: "M8 1.8 13 4v4c0 3-2.2 5-5 6.2C5.2 13 3 11 3 8V4zM5.8 8 7.4 9.6 10.4 6.4",
  door: "M4 14V4.5a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1V14M2.5 14h11M9.5 8.8h.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16, ...rest }: { name: IconName; size?: number } & SVGProps<SVGSVGElement>) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "more" ? 2 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      {...rest}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
