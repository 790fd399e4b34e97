import type { WaveFacts } from "@/lib/domain/encryption/decide-rotation";
import type { Transaction } from "../database/client";
import { OUTCOME_COUNTS, rotationDevicesSql } from "./rotation-devices";

export interface WaveCounts {
  wave: number;
  devices: number;
  planned: number;
  waiting: number;
  announced: number;
  received: number;
  usedOnWire: number;
  failed: number;
  superseded: number;
  away: number;
}

/** The waves of one rotation, in order, counted now. */
export async function countWaves(db: Pick<Transaction, "$queryRawUnsafe">, rotationId: string, now: Date): Promise<WaveCounts[]> {
  return db.$queryRawUnsafe<WaveCounts[]>(
    `select wave, ${OUTCOME_COUNTS} from (${rotationDevicesSql("$2")} where rd.rotation_id = $1) x group by wave order by wave`,
    rotationId,
    now,
  );
}

export function waveFacts({ wave, planned, waiting, announced, received, usedOnWire, failed, superseded, away }: WaveCounts): WaveFacts {
  return { wave, planned, pending: waiting + announced + received - away, away, used: usedOnWire, failed, over: superseded };
}
