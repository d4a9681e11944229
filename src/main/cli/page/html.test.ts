import { expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { html, jsonElement, safeText } from './html'

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '</script>',
        '<script>',
        '<!--',
        ']]>',
        '"',
        "'",
        '&',
        '<',
        '\u202e',
        '\u2066',
        '\u2028',
        '\0',
      ),
    ),
  )
  .map((parts) => parts.join(''))

it('lets no text become markup, end an attribute, or turn what is read', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const written = html`<p title="${text}">${text}</p>`.text
      const [, title = '', body = ''] = /^<p title="(.*)">(.*)<\/p>$/.exec(written) ?? []
      for (const shown of [title, body]) {
        expect(shown).not.toMatch(/[<>"'\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u)
        expect(shown.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&')
      }
    }),
  )
})

it('keeps what a text says', () => {
  expect(html`<p>${'a < b && "c"'}</p>`.text).toBe('<p>a &lt; b &amp;&amp; &quot;c&quot;</p>')
  expect(safeText('password=hunter22x blur')).toBe('password=<redacted> blur')
})

it('holds data that no text in it can leave, and that mean the same', () => {
  fc.assert(
    fc.property(fc.array(hostile), (texts) => {
      const written = jsonElement(texts).text
      const [, json = ''] = /^<script type="application\/json">([^<>&]*)<\/script>$/.exec(written) ?? []
      expect(JSON.parse(json)).toEqual(texts)
    }),
  )
})
