// @ts-check
// Draws `datadog/dashboard.svg`: `dashboard.json` with the data of a simulated day.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadTypeScript } from './generated-table.mjs'

const folder = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'datadog')
/** @type {typeof import('../datadog/picture')} */
const { drawPicture } = await loadTypeScript('datadog/picture/index.ts')
await writeFile(
  path.join(folder, 'dashboard.svg'),
  drawPicture(await readFile(path.join(folder, 'dashboard.json'), 'utf8')),
)
