import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'

/** The folder of ours beside a bundle. */
export const FOLDER = 'studio-datadog-monitor'

const PACKAGE = path.join(__dirname, '../..')
/** The folders that run in an app: without plugins, types, source maps and the example. */
const FOLDERS = ['dist/dd-trace', 'dist/main', 'dist/preload']
const FILES = ['package.json', 'LICENSE', 'dist/THIRD-PARTY-LICENSES.txt']
const LEFT_OUT = /\.map$|[\\/]__pycache__[\\/]/

/**
 * Places what runs of the package beside a bundle: only what differs is written, as an app may run from there while it is
 * bundled again, and what the package no longer has goes, above all the compiled code of other bundles.
 * @param bundleFolder the folder of the bundle's files
 */
export function placePackage(bundleFolder: string): void {
  const target = path.join(bundleFolder, FOLDER)
  const names = packageFiles()
  for (const stale of existsSync(target) ? filesBelow(target) : [])
    if (!names.includes(stale)) rmSync(path.join(target, stale))
  for (const name of names) placeFile(path.join(PACKAGE, name), path.join(target, name))
}

function packageFiles(): string[] {
  const inFolders = FOLDERS.flatMap((folder) =>
    filesBelow(path.join(PACKAGE, folder)).map((name) => path.join(folder, name)),
  )
  return [...FILES.map((name) => path.normalize(name)), ...inFolders.filter((name) => !LEFT_OUT.test(name))]
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
}

function placeFile(source: string, target: string): void {
  if (existsSync(target) && readFileSync(target).equals(readFileSync(source))) return
  mkdirSync(path.dirname(target), { recursive: true })
  copyFileSync(source, target)
}
