// @ts-check
// Draws `dashboard.json` with the data of a simulated day: all of it in `datadog/dashboard.svg`, its first groups for the
// README in `docs/pictures/dashboard.svg`.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadTypeScript } from './generated-table.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
/** @type {typeof import('../datadog/picture')} */
const { drawPictures } = await loadTypeScript('datadog/picture/index.ts')
const { whole, cropped } = drawPictures(await readFile(path.join(root, 'datadog/dashboard.json'), 'utf8'))
await writeFile(path.join(root, 'datadog/dashboard.svg'), whole)
await writeFile(path.join(root, 'docs/pictures/dashboard.svg'), cropped)
