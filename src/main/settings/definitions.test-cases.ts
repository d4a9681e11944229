import path from 'node:path'
import type { SettingName } from './definitions'
import { GIB } from './memory-size'

/** One good and one bad value for a setting, and the results. */
export interface Case {
  readonly fallback: unknown
  /** The value as in the environment. */
  readonly good: string
  readonly value: unknown
  /** The value in a file's own JSON type, if there is one. */
  readonly json?: unknown
  readonly bad: string
  readonly accepted: string
  readonly fallbackShown: string
  /** Neither shown in a line. */
  readonly isSecret?: boolean
  /** Other variables that a good value needs to mean something. */
  readonly beside?: Record<string, string>
}

const boolean = { accepted: 'true, false, 1 or 0', bad: 'yes', json: false, good: '0', value: false }
const line = { accepted: 'one line of at most 200 characters', bad: 'two\nlines' }
const sizeUnits = '(kB, MB, GB, TB; KiB, MiB, GiB, TiB; or bytes)'
const filePathOf = (what: string) =>
  `the path of ${what}, relative to the working folder or, in a file, to that file's`

const KEY = '0123456789abcdef0123456789abcdef'
const TOKEN = `pub${KEY}`

export const CASES: Readonly<Record<SettingName, Case>> = {
  DD_ENV: { ...line, fallback: 'production', fallbackShown: 'production', good: 'staging', value: 'staging' },
  DD_SERVICE: {
    ...line,
    fallback: 'hanzo-studio-inference',
    fallbackShown: 'hanzo-studio-inference',
    good: 'other',
    value: 'other',
  },
  DD_VERSION: { ...line, fallback: '1.2.3', fallbackShown: '1.2.3', good: '2.5', json: 2.5, value: '2.5' },
  DD_AGENT_HOST: {
    fallback: 'localhost',
    fallbackShown: 'localhost',
    good: '[::1]',
    value: '::1',
    bad: 'agent:8126',
    accepted: 'a host name or an IP address, without a port',
  },
  DD_TRACE_AGENT_PORT: {
    fallback: 8126,
    fallbackShown: '8126',
    good: '9126',
    json: 9126,
    value: 9126,
    bad: '65536',
    accepted: 'a whole number from 1 to 65535',
  },
  DD_TRACE_AGENT_URL: {
    fallback: null,
    fallbackShown: 'none',
    good: 'unix:///var/run/datadog/apm.socket',
    value: 'unix:///var/run/datadog/apm.socket',
    bad: 'localhost:8126',
    accepted:
      'a URL that starts with http://, https:// or unix://: http://host:port without a path, or unix:///path with ASCII letters and digits',
  },
  DD_AGENTLESS_ENABLED: {
    ...boolean,
    fallback: false,
    fallbackShown: 'false',
    json: true,
    good: '1',
    value: true,
    beside: { DD_CLIENT_TOKEN: TOKEN },
  },
  DD_API_KEY: {
    fallback: null,
    fallbackShown: 'none',
    good: KEY,
    value: KEY,
    bad: TOKEN,
    isSecret: true,
    beside: { DD_AGENTLESS_ENABLED: 'true' },
    accepted: 'an API key, one word; what starts with pub is a client token',
  },
  DD_CLIENT_TOKEN: {
    fallback: null,
    fallbackShown: 'none',
    good: TOKEN,
    value: TOKEN,
    bad: KEY,
    isSecret: true,
    accepted: 'a client token, one word that starts with pub; never an API key',
  },
  DD_SITE: {
    fallback: 'datadoghq.com',
    fallbackShown: 'datadoghq.com',
    good: 'US5.datadoghq.com',
    value: 'us5.datadoghq.com',
    bad: 'https://app.datadoghq.com',
    accepted: 'a Datadog site as its documentation lists them, for instance datadoghq.eu',
  },
  DD_INTAKE_PROXY: {
    fallback: null,
    fallbackShown: 'none',
    good: 'https://intake.example.org/dd',
    value: 'https://intake.example.org/dd',
    bad: 'intake.example.org',
    accepted: 'a URL that starts with http:// or https://',
  },
  DD_TRACE_SAMPLE_RATE: {
    fallback: 1,
    fallbackShown: '1',
    good: '0.25',
    json: 0.25,
    value: 0.25,
    bad: '1.5',
    accepted: 'a number from 0 to 1',
  },
  DD_LOGS_INJECTION: { ...boolean, fallback: true, fallbackShown: 'true' },
  DD_PROFILING_ENABLED: {
    fallback: true,
    fallbackShown: 'true',
    good: 'Auto',
    value: 'auto',
    bad: 'sometimes',
    accepted: 'true, false, 1, 0 or auto',
  },
  DD_PROFILING_UPLOAD_PERIOD: {
    fallback: 65,
    fallbackShown: '65',
    good: '10',
    json: 10,
    value: 10,
    bad: '0.5',
    accepted: 'a whole number from 1 to 3600 seconds',
  },
  DD_RUNTIME_METRICS_ENABLED: { ...boolean, fallback: true, fallbackShown: 'true' },
  STUDIO_BACKEND_ENTRY: {
    fallback: '/app/example.cjs',
    fallbackShown: '/app/example.cjs',
    good: path.resolve('/opt/backend.mjs'),
    value: path.resolve('/opt/backend.mjs'),
    bad: 'back\u0007end.js',
    accepted: filePathOf('a JavaScript file'),
  },
  STUDIO_BACKEND_OVERRIDE: { ...boolean, fallback: false, fallbackShown: 'false' },
  STUDIO_BACKEND_ARGS: {
    fallback: [],
    fallbackShown: '[]',
    good: '["--port", "8188"]',
    json: ['--port', '8188'],
    value: ['--port', '8188'],
    bad: '--port 8188',
    accepted: 'a JSON array of strings, for instance ["--port", "8188"]',
  },
  STUDIO_MEMORY_LIMIT: {
    fallback: 64 * GIB,
    fallbackShown: '64GiB',
    good: '512MB',
    json: 512e6,
    value: 512e6,
    bad: 'plenty',
    accepted: `64MiB or more ${sizeUnits}, or 0 for off`,
  },
  STUDIO_HEAP_LIMIT: {
    fallback: null,
    fallbackShown: "V8's own",
    good: '2GiB',
    json: 2 * GIB,
    value: 2 * GIB,
    bad: '8GiB',
    accepted: `32MiB to 4GiB ${sizeUnits}, or 0 for V8's own`,
  },
  STUDIO_RESTART: {
    fallback: 'on-failure',
    fallbackShown: 'on-failure',
    good: 'OOM',
    value: 'oom',
    bad: 'always',
    accepted: 'on-failure, oom or never',
  },
  STUDIO_RESTART_LIMIT: {
    fallback: { deaths: 5, windowMs: 600_000 },
    fallbackShown: '5/10m',
    good: '3/90s',
    value: { deaths: 3, windowMs: 90_000 },
    bad: '5',
    accepted: 'deaths/window, for instance 5/10m: 1 to 1000 deaths, a window of 1s to 24h (s, m, h)',
  },
  STUDIO_JOBS_KEEP: {
    fallback: 1000,
    fallbackShown: '1000',
    good: '50',
    json: 50,
    value: 50,
    bad: '-1',
    accepted: 'a whole number from 1 to 10000',
  },
  STUDIO_RESUBMIT: {
    fallback: 'waiting',
    fallbackShown: 'waiting',
    good: 'off',
    value: 'off',
    bad: 'all',
    accepted: 'waiting or off',
  },
  STUDIO_ADMISSION: {
    fallback: 'report',
    fallbackShown: 'report',
    good: 'prevent',
    value: 'prevent',
    bad: 'always',
    accepted: 'report, prevent or off',
  },
  STUDIO_STANDBY: { ...boolean, fallback: false, fallbackShown: 'false' },
  STUDIO_MACHINE: {
    fallback: null,
    fallbackShown: 'none',
    good: 'render-01',
    value: 'render-01',
    bad: 'two words',
    accepted: 'letters, digits, dots, dashes, underscores and slashes, at most 100',
  },
  STUDIO_SEND: {
    fallback: true,
    fallbackShown: 'true',
    good: 'false',
    value: false,
    bad: 'never',
    accepted: 'true, false, 1 or 0',
  },
  STUDIO_LOGS: {
    fallback: 'local',
    fallbackShown: 'local',
    good: 'send',
    value: 'send',
    bad: 'remote',
    accepted: 'local or send',
  },
  STUDIO_UNRESPONSIVE: {
    fallback: 'report',
    fallbackShown: 'report',
    good: 'restart',
    value: 'restart',
    bad: 'kill',
    accepted: 'report or restart',
  },
  STUDIO_ENGINE_COMMAND: {
    fallback: null,
    fallbackShown: 'none',
    good: '["python3", "main.py"]',
    json: ['python3', 'main.py'],
    value: ['python3', 'main.py'],
    bad: '[]',
    accepted: 'a JSON array of strings, for instance ["python3", "main.py", "--port", "8188"]',
  },
  STUDIO_ENGINE_CWD: {
    fallback: null,
    fallbackShown: 'none',
    good: path.resolve('/opt/engine'),
    value: path.resolve('/opt/engine'),
    bad: 'en\u0000gine',
    accepted: filePathOf('a folder'),
  },
  STUDIO_ENGINE_URL: {
    fallback: null,
    fallbackShown: 'none',
    good: 'http://127.0.0.1:8188',
    value: 'http://127.0.0.1:8188',
    bad: 'unix:///engine.sock',
    accepted: 'a URL that starts with http:// or https://',
  },
  STUDIO_ENGINE_FREE: {
    ...boolean,
    good: '1',
    json: true,
    value: true,
    fallback: false,
    fallbackShown: 'false',
  },
  STUDIO_ENGINE_PROBE: {
    ...boolean,
    good: '0',
    json: false,
    value: false,
    fallback: true,
    fallbackShown: 'true',
  },
}
