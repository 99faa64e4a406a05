import { type Handlers, textOf } from "../call.ts";

export const loginRoutes: Handlers = {
  // POST /oauth/access_token
  createAccessToken: (call) => call.auth.login(textOf(call, "email"), textOf(call, "api_key")),
};
