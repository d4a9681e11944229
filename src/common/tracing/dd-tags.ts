/** `DD_TAGS` with one more: separated by commas or, where there is none, by white space (dd-trace, `config/parsers.js`). */
export function addTag(tags: string | undefined, tag: string): string {
  return tags?.trim() ? `${tags}${tags.includes(',') ? ',' : ' '}${tag}` : tag
}
