import { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { LIMITS } from "@/lib/protocol/limits";

/** RFC 6455 section 7.4.1. */
const UNSUPPORTED_DATA = 1003;
/** What a stranger's frames may cost beside their contents. */
const FRAMING_BYTES = 16 * 1024;

/**
 * A WebSocket as a byte stream (MQTT 3.1.1 section 6): each MQTT packet out is one binary frame, whatever pieces it was written
 * in; frames in may cut packets anywhere. A text frame closes (MQTT-6.0.0-1).
 */
export class WebSocketStream extends Duplex {
  /** The end of the last batch, when it was not a whole packet. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(
    private readonly webSocket: WebSocket,
    private readonly network: Duplex,
  ) {
    super({ allowHalfOpen: false });
    webSocket.on("message", (data: Buffer, isBinary: boolean) => {
      if (!isBinary) {
        webSocket.close(UNSUPPORTED_DATA, "binary frames only");
        this.destroy();
      } else if (!this.push(data)) webSocket.pause();
    });
    webSocket.on("close", () => this.destroy());
    webSocket.on("error", () => this.destroy());
    this.#boundUntilAdmitted();
  }

  /** A frame is kept until it is whole: a stranger's frames count towards the same bound as bytes on any other transport. */
  #boundUntilAdmitted(): void {
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LIMITS.unauthenticatedBytes + FRAMING_BYTES) this.destroy();
    };
    this.network.on("data", count);
    this.once("admitted", () => this.network.off("data", count));
  }

  override _read(): void {
    this.webSocket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  #send(batch: Buffer, done: (error?: Error | null) => void): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, batch]) : batch;
    const frames: Buffer[] = [];
    let at = 0;
    for (let end = packetEnd(bytes, at); end !== undefined; end = packetEnd(bytes, at)) {
      frames.push(bytes.subarray(at, end));
      at = end;
    }
    this.#rest = bytes.subarray(at);
    const last = frames.pop();
    if (!last) {
      done();
      return;
    }
    this.network.cork();
    for (const frame of frames) this.webSocket.send(frame, { binary: true, compress: false });
    this.webSocket.send(last, { binary: true, compress: false }, done);
    this.network.uncork();
  }

  override _final(done: () => void): void {
    this.webSocket.close(1000);
    done();
  }

  override _destroy(_error: Error | null, done: (error: Error | null) => void): void {
    // After the closing frame has had its chance; a peer that does not answer is cut.
    if (this.webSocket.readyState === this.webSocket.CLOSING) setTimeout(() => this.webSocket.terminate(), 1_000).unref();
    else this.webSocket.terminate();
    done(null);
  }
}

/** Where the packet that begins at `at` ends; undefined when it is not whole. */
function packetEnd(bytes: Buffer, at: number): number | undefined {
  let length = 0;
  let scale = 1;
  for (let i = at + 1; i < bytes.length && i < at + 5; i++) {
    const byte = bytes[i] ?? 0;
    length += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte & 0x80) continue;
    const end = i + 1 + length;
    return end <= bytes.length ? end : undefined;
  }
  return undefined;
}
