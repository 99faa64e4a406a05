/** Loaded with the first token: most processes never see one. */
export function loadJose(): Promise<typeof import("jose")> {
  return import("jose");
}
