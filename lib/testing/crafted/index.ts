import { bindings, moments } from "./circumstances";
import { claimValues } from "./claim-values";
import type { CraftedToken, Forge } from "./forge";
import { headers } from "./headers";
import { jsonTexts } from "./json-texts";
import { signatures } from "./signatures";
import { spellings } from "./spellings";

/** Tokens that are refused for what stands in them, whoever brings them and whenever. */
export const refusedByThemselves = (forge: Forge): CraftedToken[] => [spellings, jsonTexts, headers, signatures, claimValues].flatMap((make) => make(forge));

/** Genuine ones that are refused for the time or for who brings them. */
export const refusedByCircumstance = (forge: Forge): CraftedToken[] => [moments, bindings].flatMap((make) => make(forge));
