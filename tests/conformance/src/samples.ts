import type { AudioContent, EmbeddedResource, ImageContent } from "@fairlead/core/content";

/** A single red pixel. */
export const SAMPLE_IMAGE: ImageContent = {
  type: "image",
  mimeType: "image/png",
  data: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==",
};

/** A WAV header with no samples behind it: mono, 8 kHz, 8 bits. */
export const SAMPLE_AUDIO: AudioContent = {
  type: "audio",
  mimeType: "audio/wav",
  data: "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=",
};

export function embedded(uri: string, mimeType: string, text: string): EmbeddedResource {
  return { type: "resource", resource: { uri, mimeType, text } };
}
