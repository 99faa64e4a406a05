import { z } from "zod";
import type { Api } from "./api.ts";
import { cleanLine } from "./untrusted.ts";
import * as wire from "./wire.ts";

const MAX_DESCRIPTION = 500;

const alert = z
  .object({
    id: wire.id,
    server_id: wire.optionalId,
    app_id: wire.optionalId,
    details: z
      .object({
        subject: wire.line,
        desc: z.string().nullish(),
        template_slug: wire.line,
      })
      .nullish(),
    is_read: wire.flag,
    created_at: wire.timestamp,
  })
  .transform(({ details, ...rest }) => ({
    ...rest,
    subject: details?.subject ?? "",
    description: cleanLine(details?.desc ?? "", MAX_DESCRIPTION),
    template: details?.template_slug ?? "",
  }));

const alerts = z.object({ alerts: wire.listOf(alert) });

export type AlertRecord = z.output<typeof alert>;

export interface AlertCalls {
  /** One page of alerts, the newest first; with `before`, of those older than that one. */
  listAlerts(before: number | undefined, signal: AbortSignal): Promise<AlertRecord[]>;
}

export function createAlertCalls(api: Api): AlertCalls {
  return {
    async listAlerts(before, signal) {
      const page =
        before === undefined
          ? await api.get("/alerts", {}, alerts, signal)
          : await api.get("/alerts/{last_id}", { path: { last_id: before } }, alerts, signal);
      return page.alerts.sort((a, b) => b.id - a.id);
    },
  };
}
