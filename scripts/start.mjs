#!/usr/bin/env node
// @ts-check
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { answerWithoutApp, commandIn } from './app-commands.mjs'
import { workingFolder } from './electron/launch.mjs'
import { appData, joinDataFolder, namesDataFolder, projectDataFolder } from './project-data-folder.mjs'

/*
 * `npm start -- ARGS`: resolves an Electron, runs the app in it, ends with the app's exit code.
 * stdout is the app's alone.
 */
const projectFolder = fileURLToPath(new URL('..', import.meta.url))
const args = joinDataFolder(process.argv.slice(2))
const isBuilt = existsSync(path.join(projectFolder, 'dist/main/index.cjs'))
/** A command only reads, and one that there is not is a mistake. */
const isQuiet = commandIn(args) !== undefined
const folder = folderHere()
/** A command is about the app of the project that it is given in. */
const ofProject = isQuiet && !namesDataFolder(args) ? projectDataFolder(folder, process) : null

/** @type {{ version: string, productName: string }} */
const { version, productName } = JSON.parse(readFileSync(path.join(projectFolder, 'package.json'), 'utf8'))

/** The folder that the user is in; ends the process where that is gone: what paths and projects are meant is not known. */
function folderHere() {
  try {
    const here = workingFolder(process.env, process.cwd(), projectFolder)
    statSync(here)
    return here
  } catch (error) {
    const code = Object(error).code ?? error
    process.stderr.write(
      `studio-monitor: the folder that you are in cannot be had (${code}): go to one that is there, and call again\n`,
    )
    process.exit(2)
  }
}

/** The folder that Electron takes for this package's own app. */
function ownDataFolder() {
  return path.join(appData(process.env, process.platform, homedir()), productName)
}

const answer = answerWithoutApp(args, isBuilt, version)
if (answer) {
  // A pipe takes it all before the process ends.
  const stream = answer.exitCode === 0 ? process.stdout : process.stderr
  stream.write(answer.text, () => process.exit(answer.exitCode))
  await new Promise(() => {})
}

// A command that reads files alone needs no Electron.
if (isQuiet && isBuilt) {
  process.chdir(folder)
  /** @type {typeof import('../src/main/cli/index.ts')} */
  const cli = createRequire(import.meta.url)('../dist/main/cli.cjs')
  const code = await cli.runInNode(args, { defaultUserData: ofProject ?? ownDataFolder(), version })
  if (code !== null) process.exit(code)
}

// A command that needs no Electron does without what finds and runs one.
const { startApp } = await import('./electron/start-app.mjs')
await startApp({
  projectFolder,
  folder,
  args: ofProject === null ? args : [`--user-data-dir=${ofProject}`, ...args],
  isBuilt,
  isQuiet,
})
