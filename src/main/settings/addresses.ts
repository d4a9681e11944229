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
  const accepted = `a URL that starts with ${inWords(schemes.map((scheme) => `${scheme}://`))}`
  return orNone(scalar(accepted, (text) => readUrl(schemes, text)))
}

function readUrl(schemes: readonly Scheme[], text: string): string | undefined {
  // `new URL` leaves out line breaks and takes NUL, which no environment can hold.
  const parsed = CONTROL_CHARACTER.test(text) ? null : parseUrl(text)
  const scheme = schemes.find((known) => text.toLowerCase().startsWith(`${known}://`))
  if (!parsed || !scheme) return undefined
  // The socket's path stands where other URLs have the path.
  const named = scheme === 'unix' ? parsed.pathname.length > 1 : parsed.hostname !== ''
  return named ? text : undefined
}

const AGENT_SCHEMES = ['http', 'https', 'unix'] as const
/** In a socket's path `new URL` writes other characters in another way, and not all who read it undo that. */
const PLAIN_PATH = /^[\w./@:+,=~-]*[^/]$/
const HINT = ': http://host:port without a path, or unix:///path with ASCII letters and digits'

/**
 * The address at which the Agent listens: one that dd-trace, and each part of ours, takes for the same place. dd-trace and ours leave out
 * a path behind the host; a slash behind a socket, or a space in its path, leads each elsewhere.
 */
export const agentAddress: Parser<string | null> = orNone(
  scalar(
    `a URL that starts with ${inWords(AGENT_SCHEMES.map((scheme) => `${scheme}://`))}${HINT}`,
    (text) => {
      const address = readUrl(AGENT_SCHEMES, text)
      if (address === undefined) return undefined
      const { protocol, pathname, search, hash } = new URL(address)
      const isPlain = protocol === 'unix:' ? PLAIN_PATH.test(pathOf(address)) : /^\/*$/.test(pathname)
      return isPlain && search === '' && hash === '' && !/[?#]/.test(address) ? address : undefined
    },
  ),
)

/** The socket's path as it was written. */
const pathOf = (address: string) => address.slice('unix://'.length)

function parseUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}
