import path from "node:path";

/** Where an installed agent has its parts. `root`: a folder that stands for the whole disk, for images and tests. */
export function placesIn(root = "/") {
  const at = (file: string) => ({ path: file, file: path.join(root, file) });
  return {
    program: at("/usr/local/lib/sallyport/sallyport-agent.mjs"),
    config: at("/etc/sallyport/agent.json"),
    ca: at("/etc/sallyport/ca.pem"),
    unit: at("/etc/systemd/system/sallyport-agent.service"),
    /** systemd keeps it for the service, and gives it to whichever user number the service gets. */
    state: at("/var/lib/sallyport-agent"),
  };
}
export type Places = ReturnType<typeof placesIn>;

export const UNIT = "sallyport-agent.service";
