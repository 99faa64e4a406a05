import type { ContentBlock, ResourceContents } from "../content.ts";
import type { Reply } from "./request.ts";

/** Bytes of an answer, to a few percent: without what its protocol wraps around it, and escapes in its text. */
export function bytesOf(reply: Reply): number {
  switch (reply.kind) {
    case "tool": {
      const { content, structuredJson } = reply.answer;
      const structured = structuredJson === undefined ? 0 : Buffer.byteLength(structuredJson);
      return content.reduce((sum, block) => sum + ofBlock(block), structured);
    }
    case "resource":
      return reply.contents.reduce((sum, contents) => sum + ofContents(contents), 0);
    case "prompt":
      return reply.messages.reduce((sum, { content }) => sum + ofBlock(content), 0);
    case "completion":
      return reply.completion.values.reduce((sum, value) => sum + Buffer.byteLength(value), 0);
    case "input_required":
      return Buffer.byteLength(JSON.stringify(reply.requests)) + reply.requestState.length;
    case "task":
      return Buffer.byteLength(JSON.stringify(reply.operation));
    case "subscription":
      return 0;
  }
}

function ofBlock(block: ContentBlock): number {
  switch (block.type) {
    case "text":
      return Buffer.byteLength(block.text);
    case "image":
    case "audio":
      return block.data.length;
    case "resource":
      return ofContents(block.resource);
    case "resource_link":
      return Buffer.byteLength(JSON.stringify(block));
  }
}

function ofContents(contents: ResourceContents): number {
  return "text" in contents ? Buffer.byteLength(contents.text) : contents.blob.length;
}
