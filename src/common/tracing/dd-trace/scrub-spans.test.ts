import type { Tracer } from 'dd-trace'
import { expect, it } from 'vitest'
import { scrubSpans } from './scrub-spans'

it('a tag with the name of a secret holds none, whatever it looks like', () => {
  const sent: unknown[] = []
  const exporter = { export: (spans: readonly object[]) => void sent.push(...spans) }
  scrubSpans({ _tracer: { _exporter: exporter } } as unknown as Tracer, (text) => text)
  const meta = {
    'http.request.headers.x-api-key': 'abc',
    db_password: 'swordfish',
    'studio.job.name': 'portrait',
    token: 'null',
  }
  exporter.export([{ resource: 'GET', meta }])
  expect(sent).toEqual([
    {
      resource: 'GET',
      meta: {
        'http.request.headers.x-api-key': '<redacted>',
        db_password: '<redacted>',
        'studio.job.name': 'portrait',
        token: 'null',
      },
    },
  ])
})
