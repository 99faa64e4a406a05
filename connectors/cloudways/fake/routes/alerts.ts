import { type Handlers, numberOf, requireFound } from "../call.ts";

/** The upstream does not publish its page size; every page but the last is full. */
const pageSize = 20;

export const alertRoutes: Handlers = {
  // GET /alerts
  listAlerts: ({ state }) => ({ alerts: state.alerts.slice(0, pageSize) }),

  // GET /alerts/{last_id}
  listAlertsAfter: (call) => {
    const older = call.state.alerts.filter(({ id }) => id < numberOf(call, "last_id"));
    return { alerts: older.slice(0, pageSize) };
  },

  // POST /alert/markAsRead/{alert_id}
  markAlertRead: (call) => {
    const alert = call.state.alerts.find(({ id }) => id === numberOf(call, "alert_id"));
    requireFound(alert, "Alert").is_read = 1;
    return [];
  },

  // POST /alert/markAllRead
  markAllAlertsRead: ({ state }) => {
    for (const alert of state.alerts) alert.is_read = 1;
    return [];
  },
};
