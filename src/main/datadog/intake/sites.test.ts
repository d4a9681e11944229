import { describe, expect, test } from 'vitest'
import { apiKeyUrl, proxyUrl, TOKEN_LOGS_PATH, TOKEN_SPANS_PATH, tokenUrl } from './sites'

test.each([
  ['datadoghq.com', 'https://public-trace-http-intake.logs.datadoghq.com/api/v2/spans'],
  ['datadoghq.eu', 'https://public-trace-http-intake.logs.datadoghq.eu/api/v2/spans'],
  ['us3.datadoghq.com', 'https://trace.browser-intake-us3-datadoghq.com/api/v2/spans'],
  ['us5.datadoghq.com', 'https://trace.browser-intake-us5-datadoghq.com/api/v2/spans'],
  ['ap1.datadoghq.com', 'https://browser-intake-ap1-datadoghq.com/api/v2/spans'],
  ['ap2.datadoghq.com', 'https://browser-intake-ap2-datadoghq.com/api/v2/spans'],
  ['uk1.datadoghq.com', 'https://browser-intake-uk1-datadoghq.com/api/v2/spans'],
  ['ddog-gov.com', 'https://browser-intake-ddog-gov.com/api/v2/spans'],
  ['us2.ddog-gov.com', 'https://browser-intake-us2-ddog-gov.com/api/v2/spans'],
])('with an API key the spans of %s go to %s', (site, url) => {
  expect(apiKeyUrl('spans', site).href).toBe(url)
})

test('with an API key the other tracks have hosts of their own', () => {
  const urls = (['profiles', 'series', 'distributions', 'logs'] as const).map(
    (track) => apiKeyUrl(track, 'us5.datadoghq.com').href,
  )
  expect(urls).toEqual([
    'https://intake.profile.us5.datadoghq.com/api/v2/profile',
    'https://api.us5.datadoghq.com/api/v2/series',
    'https://api.us5.datadoghq.com/api/v1/distribution_points',
    'https://http-intake.logs.us5.datadoghq.com/api/v2/logs',
  ])
})

test.each([
  ['datadoghq.com', 'https://browser-intake-datadoghq.com/api/v2/spans?ddsource=electron'],
  ['datadoghq.eu', 'https://browser-intake-datadoghq.eu/api/v2/spans?ddsource=electron'],
  ['ddog-gov.com', 'https://browser-intake-ddog-gov.com/api/v2/spans?ddsource=electron'],
  ['us3.datadoghq.com', 'https://browser-intake-us3-datadoghq.com/api/v2/spans?ddsource=electron'],
  ['ap1.datadoghq.com', 'https://browser-intake-ap1-datadoghq.com/api/v2/spans?ddsource=electron'],
])('with a client token the spans of %s go to %s', (site, url) => {
  expect(tokenUrl(site, TOKEN_SPANS_PATH).href).toBe(url)
})

test('with a client token logs go where its spans go', () => {
  expect(tokenUrl('us3.datadoghq.com', TOKEN_LOGS_PATH).href).toBe(
    'https://browser-intake-us3-datadoghq.com/api/v2/logs?ddsource=electron',
  )
})

describe('a proxy of the user', () => {
  test.each([
    ['https://intake.example.org/dd', 'https://intake.example.org/dd?ddforward='],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/?ddforward='],
    ['https://example.org/dd?team=images', 'https://example.org/dd?team=images&ddforward='],
  ])('%s is told what to forward', (proxy, start) => {
    const url = proxyUrl(proxy, TOKEN_SPANS_PATH)
    expect(url.href.startsWith(start)).toBe(true)
    expect(url.searchParams.get('ddforward')).toBe('/api/v2/spans?ddsource=electron')
  })
})
