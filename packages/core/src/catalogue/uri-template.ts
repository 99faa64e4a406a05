/** RFC 6570, level 1: `{name}` stands for one path segment, percent-encoded. */
export interface UriTemplate {
  readonly variables: readonly string[];
  match(uri: string): Record<string, string> | undefined;
  expand(variables: Record<string, string>): string;
}

const EXPRESSION = /\{([a-z][a-z0-9_]*)\}/g;

export function parseUriTemplate(template: string): UriTemplate {
  const variables = [...template.matchAll(EXPRESSION)].map((match) => match[1] ?? "");
  const pattern = template
    .split(EXPRESSION)
    .map((part, index) => (index % 2 === 1 ? "([^/?#]+)" : escapeRegExp(part)))
    .join("");
  const regexp = new RegExp(`^${pattern}$`);

  return {
    variables,
    match(uri) {
      const match = regexp.exec(uri);
      if (match === null) return undefined;
      try {
        return Object.fromEntries(
          variables.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]),
        );
      } catch {
        return undefined; // a stray percent sign is no address of ours
      }
    },
    expand: (values) =>
      template.replaceAll(EXPRESSION, (_, name: string) => encodeURIComponent(values[name] ?? "")),
  };
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
