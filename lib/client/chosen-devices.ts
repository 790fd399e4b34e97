"use client";

import { createContext, useContext } from "react";
import type { JobTarget } from "@/lib/domain/jobs/job-view";

/** Rows of the device list that are chosen, for whatever is done with them. */
export interface ChosenDevices {
  /** Everything that the list's search matches, on screen or not. */
  all: boolean;
  ids: ReadonlySet<string>;
  count: number;
  /** How many the search matches. */
  total: number;
  target: JobTarget;
  toggle: (id: string) => void;
  chooseAll: () => void;
  clear: () => void;
}

const NOTHING: ChosenDevices = {
  all: false,
  ids: new Set(),
  count: 0,
  total: 0,
  target: { deviceIds: [] },
  toggle: () => {},
  chooseAll: () => {},
  clear: () => {},
};

/** Given by the list; rows and the bar beneath its search read it. */
export const ChosenContext = createContext(NOTHING);
export const useChosenDevices = () => useContext(ChosenContext);
