// @ts-check
// The README's table of settings, from the one table in the code: see generated-table.mjs.
import { generateTable, loadTypeScript, markdownTable } from './generated-table.mjs'

await generateTable({
  name: 'settings',
  script: 'scripts/settings-table.mjs',
  async markdown() {
    /** @type {typeof import('../src/main/settings/definitions')} */
    const { SETTINGS } = await loadTypeScript('src/main/settings/definitions.ts')
    return markdownTable([
      ['name', 'default', 'accepted', 'meaning'],
      ...Object.entries(SETTINGS).map(([name, { describeFallback, parser, meaning }]) => [
        `\`${name}\``,
        describeFallback,
        parser.accepted,
        meaning,
      ]),
    ])
  },
})
