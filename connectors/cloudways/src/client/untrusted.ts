/** Controls, formats (zero width, bidirectional, tags), lone surrogates, and letters and selectors that show nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Text of the upstream as one bounded line without anything a reader cannot see. */
export function cleanLine(text: string, maxLength = 200): string {
  const spaced = text.slice(0, 4 * maxLength).replaceAll(/\s+/g, " ");
  return shorten(spaced.replaceAll(INVISIBLE, "").trim(), maxLength);
}

/** The same for text whose line breaks mean something, such as a configuration file. */
export function cleanLines(text: string, maxLength: number): string {
  const cleaned = text
    .slice(0, 4 * maxLength)
    .split(/\r\n|[\r\n]/)
    .map((line) => line.replaceAll("\t", " ").replaceAll(INVISIBLE, "").trimEnd());
  return shorten(cleaned.join("\n").trim(), maxLength);
}

function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).toWellFormed()}…`;
}
