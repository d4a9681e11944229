import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  symlinkSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { appRuntime } from './app/runtime'

const PROJECT = path.join(__dirname, '../..')

/** The packages that a project needs beside its own files, from this project's. */
export interface Dependencies {
  /** Copied: what the installed app has. */
  readonly packages?: readonly string[]
}

/**
 * A copy of a project with the package installed as npm would: what is not packed, or only a dependency of development, is
 * missing there. Electron and the types are linked, for the tools.
 */
export function installPackage(source: string, { packages = [] }: Dependencies = {}): string {
  const project = mkdtempSync(path.join(os.tmpdir(), 'studio-project-'))
  cpSync(source, project, { recursive: true })
  const modules = path.join(project, 'node_modules')
  mkdirSync(modules, { recursive: true })
  execFileSync('tar', ['-xzf', packedPackage()], { cwd: project })
  renameSync(path.join(project, 'package'), path.join(modules, 'studio-datadog-monitor'))
  for (const name of ['electron', '@types']) {
    symlinkSync(path.join(PROJECT, 'node_modules', name), path.join(modules, name))
  }
  for (const name of packages) copyPackage(name, modules)
  return project
}

/** The package as `npm pack` makes it, once in a run of tests. */
export function packedPackage(): string {
  const folder = path.join(os.tmpdir(), 'packed-package')
  if (!existsSync(folder)) {
    const fresh = mkdtempSync(`${folder}-`)
    const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', fresh]
    execFileSync('npm', args, { cwd: PROJECT })
    renameSync(fresh, folder)
  }
  const [name = ''] = readdirSync(folder)
  return path.join(folder, name)
}

/** With all that it depends on. */
function copyPackage(name: string, modules: string): void {
  const target = path.join(modules, name)
  if (existsSync(target)) return
  const source = path.join(PROJECT, 'node_modules', name)
  cpSync(source, target, { recursive: true, dereference: true })
  const { dependencies = {} } = require(path.join(source, 'package.json'))
  for (const dependency of Object.keys(dependencies)) copyPackage(dependency, modules)
}

/**
 * An Electron of the project's own with it in `resources/app`, under a name of its own: as electron-packager leaves an app.
 * @returns the executable
 */
export function installApp(project: string): string {
  const source = path.dirname(appRuntime().executable)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-installed-'))
  for (const name of readdirSync(source)) {
    if (name !== 'resources') place(path.join(source, name), path.join(folder, name))
  }
  renameSync(path.join(folder, 'electron'), path.join(folder, 'the-app'))
  const app = path.join(folder, 'resources/app')
  mkdirSync(path.dirname(app))
  cpSync(project, app, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => !/node_modules\/(electron|@types)$/.test(file),
  })
  return path.join(folder, 'the-app')
}

/** A second name where the disk is the same, else a copy. */
function place(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch {
    cpSync(source, target, { recursive: true })
  }
}
