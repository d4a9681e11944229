import { readFileSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import { errorMessage } from '../../../common/storage/errors'
import { proxyAgent } from '../../../common/tracing/dd-trace/transport'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The options by which Node's client reaches a host on the internet: the proxy of `HTTPS_PROXY` and `NO_PROXY`, and
 * the certificates of `NODE_EXTRA_CA_CERTS` and the system.
 *
 * Electron's own client (`net`) knows the system's proxy, but neither these variables on Windows and macOS nor a file
 * of certificates, and it needs Chromium's network process, which an app without windows has no other use for.
 * @throws where the proxy or the file of certificates cannot be used
 */
export async function connectionTo(url: URL, env: Environment): Promise<RequestOptions> {
  if (url.protocol !== 'https:') return {}
  const agent = proxyFor(url)
  const ca = await trustedCertificates(env)
  return { ...(agent && { agent }), ...(ca && { ca }) }
}

function proxyFor(url: URL) {
  try {
    return proxyAgent(url)
  } catch (error) {
    throw new Error(`HTTPS_PROXY cannot be used: ${errorMessage(error)}`)
  }
}

interface CertificateStores {
  /** Since Node 22.15. */
  getCACertificates?(type: 'default' | 'system'): string[]
  readonly rootCertificates: readonly string[]
}

/**
 * Node's own certificates with those of the system, where this Node can read them, and of the file. Electron leaves
 * `NODE_EXTRA_CA_CERTS` out where an app is packed with that fuse. `undefined`: Node's own alone.
 */
async function trustedCertificates(env: Environment): Promise<string[] | undefined> {
  const file = env.NODE_EXTRA_CA_CERTS?.trim()
  // Not at the app's start.
  const tls: CertificateStores = await import('node:tls')
  const system = tls.getCACertificates?.('system') ?? []
  if (!file && system.length === 0) return undefined
  return [...tls.rootCertificates, ...system, ...(file ? [readCertificates(file)] : [])]
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`NODE_EXTRA_CA_CERTS cannot be read: ${errorMessage(error)}`)
  }
}
