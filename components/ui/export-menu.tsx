"use client";

import { Button, Menu } from "@mantine/core";

const FORMATS = [
  { format: "csv", label: "CSV, for a spreadsheet" },
  { format: "jsonl", label: "JSON Lines, for a program" },
] as const;

/** The list as it is filtered now, as a file. `path` is below /api/v1. */
export function ExportMenu({ path, filter }: { path: string; filter: Readonly<Record<string, string | readonly string[] | undefined>> }) {
  const given = Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return (
    <Menu>
      <Menu.Target>
        <Button>Export</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, label }) => (
          <Menu.Item key={format} component="a" href={`/api/v1${path}?${new URLSearchParams([...given, ["format", format]])}`} download>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
