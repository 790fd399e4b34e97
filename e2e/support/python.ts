import { spawnSync } from "node:child_process";

/** A Python with paho-mqtt. Debian's package belongs to Debian's Python, which need not be the first one of the PATH. */
export function findPaho(): string | undefined {
  return ["/usr/bin/python3", "python3"].find((python) => spawnSync(python, ["-c", "import paho.mqtt.client"]).status === 0);
}
