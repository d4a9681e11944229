import { inWords, orNone, type Parser, scalar } from './parser'

const CONTROL_CHARACTER = /\p{Cc}/u

type Scheme = 'http' | 'https' | 'unix'

/** Parses a host name without a scheme, port or path; IPv6 with or without brackets. `new URL` decides. */
function readHost(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (bare === '' || /[\s/\\@?#%[\]]/.test(bare)) return undefined
  return parseUrl(`http://${inUrl(bare)}/`)?.port === '' ? bare : undefined
}

/** A host as it is written in a URL. */
export function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

export const host: Parser<string> = scalar('a host name or an IP address, without a port', readHost)

export function url(schemes: readonly Scheme[]): Parser<string | null> {
  const readUrl = (text: string): string | undefined => {
    // `new URL` drops line breaks and accepts NUL, which no environment can hold.
    const parsed = CONTROL_CHARACTER.test(text) ? null : parseUrl(text)
    const scheme = schemes.find((known) => text.toLowerCase().startsWith(`${known}://`))
    if (!parsed || !scheme) return undefined
    // The socket's path stands where other URLs have the path.
    const named = scheme === 'unix' ? parsed.pathname.length > 1 : parsed.hostname !== ''
    return named ? text : undefined
  }
  const accepted = `a URL that starts with ${inWords(schemes.map((scheme) => `${scheme}://`))}`
  return orNone(scalar(accepted, readUrl))
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}
