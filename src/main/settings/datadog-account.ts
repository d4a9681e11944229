import { orNone, type Parser, scalar } from './parser'

/** Keys and tokens have 32 hexadecimal digits today, tokens after `pub`; the rest of their form is Datadog's to change. */
const WORD = /^[\x21-\x7e]{1,200}$/
const TOKEN_START = /^pub/i

/** A key lets in whoever has it; a token, which may be public, can do no harm in its place, but opens nothing either. */
export const apiKey: Parser<string | null> = orNone(
  scalar('an API key, one word; what starts with pub is a client token', (text) =>
    WORD.test(text) && !TOKEN_START.test(text) ? text : undefined,
  ),
)

/** A value that does not start as a token does may be an API key by mistake, which must not be shipped. */
export const clientToken: Parser<string | null> = orNone(
  scalar('a client token, one word that starts with pub; never an API key', (text) =>
    WORD.test(text) && TOKEN_START.test(text) ? text : undefined,
  ),
)

const SITE = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,3}[a-z]{2,}$/
/** Hosts on a site, which people have in their address bar. */
const HOST_ON_SITE = /^(?:app|api|www)\./

export const site: Parser<string> = scalar(
  'a Datadog site as its documentation lists them, for instance datadoghq.eu',
  (text) => {
    const lower = text.toLowerCase()
    return SITE.test(lower) && !HOST_ON_SITE.test(lower) ? lower : undefined
  },
)
