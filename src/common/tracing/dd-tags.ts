/**
 * Adds a tag to `DD_TAGS`, which are separated by commas or, without any, by white space (dd-trace,
 * `config/parsers.js`).
 */
export function addTag(tags: string | undefined, tag: string): string {
  return tags?.trim() ? `${tags}${tags.includes(',') ? ',' : ' '}${tag}` : tag
}
