import ipaddr from "ipaddr.js";

/** One row of /proc/net/tcp, tcp6, udp or udp6. `state` is the kernel's number (include/net/tcp_states.h). */
export interface SocketRow {
  localAddress: string;
  localPort: number;
  remoteAddress: string;
  remotePort: number;
  state: number;
  inode: number;
}

const ESTABLISHED = 0x01;
const UDP_UNCONNECTED = 0x07;
const LISTEN = 0x0a;

/** A TCP socket that takes connections. */
export const isListening = (row: SocketRow) => row.state === LISTEN;
/** A UDP socket that is bound and takes datagrams from anybody. */
export const isOpenToDatagrams = (row: SocketRow) => row.state === UDP_UNCONNECTED && row.localPort > 0;
export const isEstablished = (row: SocketRow) => row.state === ESTABLISHED;

const ROW = /^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]{2}) \S+ \S+ \S+ +\d+ +\d+ (\d+)/;

/** Lines that are not rows (the heading, anything unknown) are passed over. `littleEndian`: the machine's byte order. */
export function parseSocketTable(text: string, options: { littleEndian: boolean }): SocketRow[] {
  const rows: SocketRow[] = [];
  for (const line of text.split("\n")) {
    const [, local, localPort, remote, remotePort, state, inode] = ROW.exec(line) ?? [];
    if (!local || !localPort || !remote || !remotePort || !state || !inode) continue;
    const localAddress = parseAddress(local, options.littleEndian);
    const remoteAddress = parseAddress(remote, options.littleEndian);
    if (localAddress === undefined || remoteAddress === undefined) continue;
    rows.push({
      localAddress,
      localPort: Number.parseInt(localPort, 16),
      remoteAddress,
      remotePort: Number.parseInt(remotePort, 16),
      state: Number.parseInt(state, 16),
      inode: Number(inode),
    });
  }
  return rows;
}

/** The kernel prints addresses as 32-bit words in the machine's byte order. IPv4 in IPv6 (::ffff:a.b.c.d) is shown as IPv4. */
function parseAddress(hex: string, littleEndian: boolean): string | undefined {
  if (hex.length !== 8 && hex.length !== 32) return undefined;
  const bytes: number[] = [];
  for (let word = 0; word < hex.length; word += 8) {
    const four = [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(word + at, word + at + 2), 16));
    bytes.push(...(littleEndian ? four.reverse() : four));
  }
  const address = ipaddr.fromByteArray(bytes);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) return address.toIPv4Address().toString();
  return address.toString();
}
