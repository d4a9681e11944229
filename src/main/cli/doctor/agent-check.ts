import * as v from 'valibot'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { requestAgent } from '../../datadog/agent/send'
import { type Finding, ok, problem, warning } from './check'

/** The endpoints the monitor needs, and what is lost without them. */
const NEEDED = new Map([
  ['/v0.4/traces', 'traces'],
  ['/profiling/v1/input', 'profiles'],
  ['/dogstatsd/v2/proxy', 'metrics over HTTP: they go by UDP'],
])

const InfoSchema = v.looseObject({ version: v.optional(v.string()), endpoints: v.array(v.string()) })

const START = 'start the Datadog Agent there'
const POINT = 'let DD_TRACE_AGENT_URL, or DD_AGENT_HOST and DD_TRACE_AGENT_PORT, say where it listens'
const MEANWHILE =
  'Without an Agent Studio runs as usual: incidents, failed jobs and profiles wait on disk, the rest is lost'

/** Asks an Agent what it is, and measures its response time. */
export async function checkAgent(agentUrl: string, timeoutMs: number): Promise<Finding> {
  const start = performance.now()
  try {
    const request = { method: 'GET', path: '/info', headers: {}, body: [] } as const
    const { status, body } = await requestAgent(request, { agentUrl, timeoutMs })
    const tookMs = Math.max(1, Math.round(performance.now() - start))
    return status === 200
      ? judgeInfo(agentUrl, Buffer.from(body).toString(), tookMs)
      : noAgent(agentUrl, `HTTP ${status}`)
  } catch (error) {
    const [what, next] = trouble(errorCode(error), errorMessage(error))
    return problem(`no Agent at ${agentUrl}: ${what}`, `${next}. ${MEANWHILE}`)
  }
}

function judgeInfo(agentUrl: string, body: string, tookMs: number): Finding {
  const info = v.safeParse(InfoSchema, parse(body))
  if (!info.success) return noAgent(agentUrl, 'its /info is not that of an Agent')
  const { version = 'of unknown version', endpoints } = info.output
  const summary = `Agent ${version} at ${agentUrl} answers in ${tookMs} ms`
  const details = [`endpoints: ${endpoints.join(', ')}`]
  const missing = [...NEEDED].filter(
    ([path]) => !endpoints.some((known) => known.replace(/\/$/, '') === path),
  )
  if (missing.length === 0) return ok(summary, details)
  const lost = missing.map(([path, what]) => `${path} (${what})`).join(', ')
  return warning(`${summary}, but lacks ${lost}`, 'update the Datadog Agent', details)
}

function noAgent(agentUrl: string, why: string): Finding {
  return problem(`what answers at ${agentUrl} is no Datadog Agent: ${why}`, `${POINT}. ${MEANWHILE}`)
}

function trouble(code: string | null, message: string): [what: string, next: string] {
  switch (code) {
    case 'ECONNREFUSED':
      return ['nothing listens there', `${START}, or ${POINT}`]
    case 'ENOENT':
      return ['there is no such socket', `${START}, or ${POINT}`]
    case 'EACCES':
    case 'EPERM':
      return ['its socket may not be opened', "add yourself to the socket's group, for instance dd-agent"]
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['its name is not known', POINT]
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return [`it cannot be reached (${code})`, `look at network and firewall, or ${POINT}`]
    default:
      return [message, `look at network, proxy and firewall, or ${POINT}`]
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
