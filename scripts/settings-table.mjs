// @ts-check
// The tables of settings, from the one table in the code: all of them in docs/settings.md, and in the README the few that
// most people change. See generated-table.mjs.
import { generateTable, loadTypeScript, markdownTable } from './generated-table.mjs'

/** @type {readonly import('../src/main/settings/definitions').SettingName[]} */
const COMMON = [
  'STUDIO_ENGINE_COMMAND',
  'STUDIO_MEMORY_LIMIT',
  'STUDIO_HEAP_LIMIT',
  'STUDIO_RESTART',
  'DD_ENV',
  'DD_CLIENT_TOKEN',
  'DD_SITE',
]

/** @type {typeof import('../src/main/settings/definitions')} */
const { SETTINGS } = await loadTypeScript('src/main/settings/definitions.ts')
const script = 'scripts/settings-table.mjs'

await generateTable({
  name: 'settings',
  file: 'docs/settings.md',
  script,
  async markdown() {
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

// One line is enough where the file itself is wrong.
if (!process.exitCode)
  await generateTable({
    name: 'common-settings',
    file: 'README.md',
    script,
    async markdown() {
      return markdownTable([
        ['name', 'default', 'meaning'],
        ...COMMON.map((name) => [`\`${name}\``, SETTINGS[name].describeFallback, SETTINGS[name].meaning]),
      ])
    },
  })
