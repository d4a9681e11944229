import { expect, test } from 'vitest'
import { SPANS_TO_VARIABLE } from '../../../common/tracing/tracer'
import { backendEnvironment, keptSecrets } from './backend-environment'

const ENV = {
  PATH: '/bin',
  DD_ENV: 'test',
  DD_API_KEY: 'k',
  dd_api_key: 'k',
  DD_CLIENT_TOKEN: 't',
  DD_INTAKE_PROXY: 'p',
  DD_APP_KEY: 'a',
  DATADOG_APP_KEY: 'a',
  DD_APPLICATION_KEY: 'a',
}

test('what lets in at Datadog stays in main', () => {
  expect(backendEnvironment(ENV, { kind: 'agent', url: 'http://localhost:8126' })).toEqual({
    PATH: '/bin',
    DD_ENV: 'test',
  })
})

test('without an Agent the backend hands its spans over', () => {
  const env = backendEnvironment(ENV, { kind: 'client-token', token: 't', site: 'datadoghq.com' })
  expect(env).toEqual({ PATH: '/bin', DD_ENV: 'test', [SPANS_TO_VARIABLE]: 'tap' })
})

test('a key that stands in another setting of dd-trace is blanked there, and known to be a secret', () => {
  const env = {
    DD_API_KEY: 'canary-key',
    DD_TAGS: 'license:canary-key,team:x',
    MINE: 'canary-key',
    DD_CLIENT_TOKEN: 'short',
  }
  expect(backendEnvironment(env, { kind: 'agent', url: 'http://localhost:8126' })).toEqual({
    DD_TAGS: 'license:<redacted>,team:x',
    MINE: 'canary-key',
  })
  expect(keptSecrets(env)).toEqual(['canary-key'])
})
