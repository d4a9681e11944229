import { CharSet } from './char-set'
import type { Find } from './triggers'

const AUTHORITY_END = new CharSet(/[\s/?#"'<>]/)
const TEXT_END = /[\s"'<>]/
/** Farthest end of a password that has a slash in it. */
const MAX_PASSWORD = 300

/**
 * Finds `user:password@` and `token@` in an address, at its `://`. A mere user as in `ssh://git@host` is no secret, but for
 * HTTP, where it is a token.
 */
export const findUrlCredentials: Find = (text, at, found) => {
  const start = at + 3
  const end = AUTHORITY_END.firstIn(text, start)
  const sign = start + text.slice(start, end).lastIndexOf('@')
  if (sign >= start) {
    const user = text.slice(start, Math.min(sign, start + 1_000))
    if (!user.includes(':') && (!/https?$/i.test(text.slice(Math.max(0, at - 5), at)) || user === 'git'))
      return at
    if (sign > start) found.add(start, sign)
    return sign
  }
  // A slash within the password: no port is followed by one and an @.
  if (!/^[^:]{0,100}:(?!\d{1,5}$)./.test(text.slice(start, end))) return at
  const rest = text.slice(start, start + MAX_PASSWORD)
  const late = start + (rest.split(TEXT_END, 1)[0] ?? '').lastIndexOf('@')
  if (late <= end) return at
  found.add(start, late)
  return late
}
