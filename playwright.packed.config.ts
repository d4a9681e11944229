import { defineConfig } from '@playwright/test'
import development from './playwright.config'
import { isLongForm } from './testing/form/form'

/** The files' names come first in what `grep` reads. */
const OF_THE_PACKED_APP = [/^\S*\s*packed\//, /@packed/]

/**
 * What packing can break, on the app that `npm run dist -- --dir` packed: `e2e/packed`, and of the other tests those tagged
 * `@packed`. They cover what is read from the archive and its code caches (each process, worker and command), what the
 * fuses close, and whose settings and output count in an installed app. The long form runs all tests there, but those of an
 * app that embeds the monitor: it is not packed.
 */
export default defineConfig(development, {
  globalSetup: './e2e/support/app/packed-setup.ts',
  testIgnore: ['**/embedding.spec.ts', '**/oldest/**'],
  grep: isLongForm() ? /./ : OF_THE_PACKED_APP,
})
