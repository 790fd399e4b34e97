import { writeFileSync } from "node:fs";
import qrcode from "qrcode";

const WIDTH = 640;
const HEIGHT = 480;

/** A film of one QR code, for Chromium's fake camera: Y4M, one grey frame that it repeats. */
export function writeQrVideo(file: string, text: string): void {
  const { modules } = qrcode.create(text, { errorCorrectionLevel: "M" });
  const scale = Math.floor((HEIGHT - 80) / modules.size);
  const [left, top] = [Math.floor((WIDTH - modules.size * scale) / 2), Math.floor((HEIGHT - modules.size * scale) / 2)];
  const luma = Buffer.alloc(WIDTH * HEIGHT, 235);
  for (let y = 0; y < modules.size * scale; y++)
    for (let x = 0; x < modules.size * scale; x++)
      if (modules.data[Math.floor(y / scale) * modules.size + Math.floor(x / scale)]) luma[(top + y) * WIDTH + left + x] = 16;
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]));
}
