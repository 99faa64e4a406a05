import { type Handlers, isOn, serverDetailOf, serverOf, textOf } from "../call.ts";
import { invalid, Refusal } from "../refusal.ts";

export const serviceRoutes: Handlers = {
  // GET /service
  getServiceStatus: (call) => {
    const { services } = serverDetailOf(call);
    const isRunning = (name: string) => Number(services[name] === "running");
    return {
      services: {
        status: {
          ...services,
          elasticsearch_enabled: isRunning("elasticsearch"),
          redis_enabled: isRunning("redis-server"),
          varnish_enabled: isRunning("varnish"),
        },
      },
    };
  },

  // POST /service/state
  changeServiceState: (call) => {
    const { services } = serverDetailOf(call);
    const service = textOf(call, "service");
    if (!(service in services)) throw invalid("service", "No service of this name on the server.");
    if (serverOf(call).status !== "running") {
      throw new Refusal(400, { message: "The server is not running" });
    }
    services[service] = textOf(call, "state") === "stop" ? "stopped" : "running";
    return { service_status: { status: services[service] } };
  },

  // POST /service/varnish
  updateServerVarnish: (call) => {
    const { services } = serverDetailOf(call);
    if (textOf(call, "action") !== "purge") {
      services.varnish = isOn(call, "action") ? "running" : "stopped";
    }
    return [];
  },
};
