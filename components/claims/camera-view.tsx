"use client";

import { useEffect, useRef, useState } from "react";
import { Note } from "@/components/ui/note";
import classes from "./claims.module.css";

/** Looked at so often; a phone decodes one in some tens of milliseconds. */
const EVERY_MS = 200;
const LONGEST_SIDE = 800;

/** The camera's picture, and every QR code that is read in it. */
export function CameraView({ onText }: { onText: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const told = useRef(onText);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    told.current = onText;
  }, [onText]);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setInterval> | undefined;
    let isOver = false;
    const start = async () => {
      if (!navigator.mediaDevices) throw new Error("Browsers give a camera to https addresses only. Type the code instead.");
      const { default: decode } = await import("qr/decode.js");
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      const element = video.current;
      if (isOver || !element) return stop();
      element.srcObject = stream;
      await element.play();
      const canvas = document.createElement("canvas");
      timer = setInterval(() => {
        const image = pictureOf(element, canvas);
        const text = image && textIn(decode, image);
        if (text) told.current(text);
      }, EVERY_MS);
    };
    const stop = () => {
      clearInterval(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    start().catch((error: unknown) => setProblem(wordsOf(error)));
    return () => {
      isOver = true;
      stop();
    };
  }, []);
  return (
    <>
      {problem ? (
        <Note tone="warn" mark="waiting" role="status">
          {problem}
        </Note>
      ) : null}
      <video ref={video} className={classes.video} muted playsInline aria-label="What the camera sees" hidden={problem !== undefined} />
    </>
  );
}

function pictureOf(video: HTMLVideoElement, canvas: HTMLCanvasElement): ImageData | undefined {
  const { videoWidth, videoHeight } = video;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context || videoWidth === 0) return undefined;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(videoWidth, videoHeight));
  canvas.width = Math.round(videoWidth * scale);
  canvas.height = Math.round(videoHeight * scale);
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** Most pictures have none: the decoder throws then. */
function textIn(decode: (image: ImageData) => string, image: ImageData): string | undefined {
  try {
    return decode(image);
  } catch {
    return undefined;
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof DOMException && error.name === "NotAllowedError")
    return "The camera is not allowed for this page. Allow it in the browser, or type the code.";
  if (error instanceof DOMException && error.name === "NotFoundError") return "This machine has no camera. Type the code instead.";
  return error instanceof Error ? error.message : "The camera cannot be used. Type the code instead.";
}
