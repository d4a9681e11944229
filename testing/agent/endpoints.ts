/** The trace Agent's HTTP endpoints that the double implements, and how their paths start. */
const PATHS = {
  info: '/info',
  traces: '/v0.4/traces',
  stats: '/v0.6/stats',
  config: '/v0.7/config',
  telemetry: '/telemetry/proxy/',
  dogstatsd: '/dogstatsd/v2/proxy',
  profiling: '/profiling/v1/input',
  evp: '/evp_proxy/',
} as const

export type Endpoint = keyof typeof PATHS

export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** The endpoint of a path; `null` for an unknown one, which gets 404. */
export function endpointOf(path: string): Endpoint | null {
  for (const [endpoint, start] of Object.entries(PATHS) as [Endpoint, string][]) {
    if (start.endsWith('/') ? path.startsWith(start) : path === start) return endpoint
  }
  return null
}

/** The real Agent's response to an accepted payload. Proxied intakes respond with 202. */
export function answerOf(endpoint: Endpoint): Answer {
  switch (endpoint) {
    case 'info':
      return { status: 200, body: INFO }
    case 'traces':
      return { status: 200, body: { rate_by_service: {} } }
    case 'telemetry':
    case 'evp':
      return { status: 202, body: {} }
    case 'stats':
    case 'config':
    case 'dogstatsd':
    case 'profiling':
      return { status: 200, body: {} }
  }
}

/**
 * The response of `/info`, shaped like a real Agent 7's (datadog-agent, `pkg/trace/api/info.go`), with only
 * what the double implements. dd-trace 5.132.0 does not choose the trace format from it: `/v0.4/traces` is
 * its default.
 */
const INFO = {
  version: '7.71.0',
  git_commit: '0000000',
  endpoints: [
    PATHS.traces,
    PATHS.stats,
    PATHS.config,
    PATHS.telemetry,
    PATHS.dogstatsd,
    PATHS.profiling,
    '/evp_proxy/v2/',
    '/evp_proxy/v4/',
  ],
  client_drop_p0s: true,
  span_meta_structs: true,
  span_events: true,
  long_running_spans: true,
  evp_proxy_allowed_headers: ['Content-Type', 'Accept-Encoding', 'Content-Encoding', 'User-Agent'],
  feature_flags: [],
  config: {
    default_env: 'none',
    target_tps: 10,
    max_eps: 200,
    receiver_port: 8126,
    receiver_socket: '',
    connection_limit: 0,
    receiver_timeout: 0,
    max_request_bytes: 26_214_400,
    statsd_port: 8125,
    analyzed_spans_by_service: {},
    obfuscation: {},
  },
}
