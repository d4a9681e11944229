import * as v from 'valibot'
import type { Tags } from '../../common/tracing/app-tags'
import { shownValue } from '../settings/printable'
import { StartError } from '../startup/start-error'

/** The one who uses the app, by an id that the app chooses: best one that says nothing to anybody else. */
export interface StudioUser {
  readonly id: string
}

const MAX_TAGS = 20
/** Datadog cuts a tag at 200 characters, name and value together (its documentation, "Getting started with tags"). */
const MAX_LENGTH = 190
/** Names that are not the app's to give: the tracer's and the monitor's, and the user's id, which has a call of its own. */
const TAKEN =
  /^(?:service|env|version|host|source|language|runtime-id|process_id|error\..*|span\..*|resource\..*|usr\..*|_.*|dd\..*|studio\..*)$/
/** Datadog's form of a tag's name: it would change any other. */
const NAME = /^[a-z][a-z0-9_.\-/]*$/

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const isPlain = (text: string) => !/[\u0000-\u001f\u007f-\u009f]/.test(text)
const value = v.pipe(v.string(), v.nonEmpty(), v.maxLength(MAX_LENGTH), v.check(isPlain))

const UserSchema = v.object({ id: value })
const ACCEPTED_USER = `null, or { id } with text of 1 to ${MAX_LENGTH} characters`

/** @throws {StartError} for what is no user */
export function checkUser(user: unknown): StudioUser | null {
  if (user === null) return null
  const result = v.safeParse(UserSchema, user)
  // A user's id is nobody's business in a log.
  if (!result.success) throw StartError.badArgument('setUser', typeof user, ACCEPTED_USER)
  return result.output
}

const TagsSchema = v.record(v.pipe(v.string(), v.regex(NAME), v.maxLength(MAX_LENGTH)), value)
const ACCEPTED_TAGS = `an object of at most ${MAX_TAGS} texts of 1 to ${MAX_LENGTH} characters, by names of a-z, 0-9, _ . - and /, a letter first`

/** @throws {StartError} for what are no tags */
export function checkTags(tags: unknown): Tags {
  const result = v.safeParse(TagsSchema, tags)
  const names = Object.keys(result.success ? result.output : {})
  if (!result.success || names.length > MAX_TAGS)
    throw StartError.badArgument('setTags', shownValue('tags', tags), ACCEPTED_TAGS)
  const taken = names.find((name) => TAKEN.test(name))
  if (taken !== undefined)
    throw StartError.badArgument(
      'setTags',
      `a tag ${taken}`,
      'names that Datadog and the monitor do not use themselves',
    )
  return result.output
}
