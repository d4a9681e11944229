import { isNear, nearestName } from '../settings/hints'

/** The end of a message about an unknown word: suggests the most similar known one, or nothing. */
export function didYouMean(word: string, known: readonly string[], prefix = ''): string {
  const nearest = nearestName(
    word,
    known.map((name) => name.toUpperCase()),
  )
  return nearest && isNear(word, nearest) ? `. Did you mean ${prefix}${nearest.toLowerCase()}?` : ''
}
