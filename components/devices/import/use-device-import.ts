"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { importDevices } from "@/lib/client/commands/devices";
import { type ImportFile, readImportFile } from "@/lib/domain/devices/import-file";
import { type ImportResult, importPortions } from "@/lib/domain/devices/import-row";

export interface Walking {
  kind: "checking" | "importing";
  file: ImportFile;
  name: string;
  done: number;
}

export interface Walked {
  kind: "checked" | "imported";
  file: ImportFile;
  name: string;
  results: ImportResult[];
}

/** Where an import stands. Each portion is whole or not there at all; sent again it changes nothing. */
export type ImportStage =
  | { kind: "choosing"; problem?: string }
  | Walking
  | Walked
  | { kind: "stopped"; file: ImportFile; name: string; while: "checking" | "importing"; done: ImportResult[]; message: string };

const MOST_BYTES = 32 * 1024 * 1024;

/** Reads a file in the browser and walks it through the server, checked first. */
export function useDeviceImport(fleetId: string) {
  const client = useQueryClient();
  const [stage, setStage] = useState<ImportStage>({ kind: "choosing" });
  const walk = useRef<AbortController>(undefined);
  useEffect(() => () => walk.current?.abort(), []);

  const run = async (kind: "checking" | "importing", file: ImportFile, name: string, before: ImportResult[] = []) => {
    walk.current?.abort();
    const controller = new AbortController();
    walk.current = controller;
    const { signal } = controller;
    const results = [...before];
    setStage({ kind, file, name, done: results.length });
    try {
      for (const rows of importPortions(file.rows.slice(results.length))) {
        results.push(...(await importDevices(fleetId, { rows, dryRun: kind === "checking" }, signal)).rows);
        setStage({ kind, file, name, done: results.length });
      }
    } catch (error) {
      if (signal.aborted) return;
      setStage({ kind: "stopped", file, name, while: kind, done: results, message: error instanceof Error ? error.message : String(error) });
      return;
    }
    const all = [...file.refused, ...results].toSorted((a, b) => a.line - b.line);
    setStage({ kind: kind === "checking" ? "checked" : "imported", file, name, results: all });
    if (kind === "importing") await client.invalidateQueries({ queryKey: [fleetId] });
  };

  return {
    stage,
    async choose(chosen: File | null) {
      if (!chosen) return;
      if (chosen.size > MOST_BYTES) return setStage({ kind: "choosing", problem: "The file has more than 32 MB. Take it apart." });
      const file = readImportFile(await chosen.text());
      if (file.problem !== undefined) return setStage({ kind: "choosing", problem: file.problem });
      if (file.rows.length + file.refused.length === 0) return setStage({ kind: "choosing", problem: "The file has no row." });
      await run("checking", file, chosen.name);
    },
    importAll: () => (stage.kind === "checked" ? run("importing", stage.file, stage.name) : undefined),
    goOn: () => (stage.kind === "stopped" ? run(stage.while, stage.file, stage.name, stage.done) : undefined),
    startAgain() {
      walk.current?.abort();
      setStage({ kind: "choosing" });
    },
  };
}
