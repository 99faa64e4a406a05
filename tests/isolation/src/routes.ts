import { SmartRouter } from "hono/router/smart-router";

/** The routes that are added while `work` runs, whichever app they are of: method and path. */
export async function routesAddedBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  const noted = new Set<string>();
  const { add } = SmartRouter.prototype;
  SmartRouter.prototype.add = function (method: string, path: string, handler: never) {
    noted.add(`${method} ${path}`);
    return add.call(this, method, path, handler);
  };
  try {
    await work();
  } finally {
    SmartRouter.prototype.add = add;
  }
  return [...noted];
}
