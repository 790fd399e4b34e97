import path from "node:path";

/** Where a device keeps its key-agreement key and its content keys. */
export const keysFile = (folder: string): string => path.join(folder, "keys.json");
