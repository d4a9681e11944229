import * as v from 'valibot'

/** The fate of a job that was given to an engine. */
export type Submission = { readonly taken: true } | { readonly taken: false; readonly reason: string }

/** The answer of an engine that refuses a job; the rest of it, inputs among it, is not read. */
const RefusalSchema = v.object({
  error: v.object({
    type: v.string(),
    message: v.fallback(v.string(), ''),
    extra_info: v.fallback(v.object({ class_type: v.optional(v.string()) }), {}),
  }),
})
/** The part of a body that holds a workflow's classes. */
const PromptSchema = v.object({
  prompt: v.record(v.string(), v.object({ class_type: v.fallback(v.string(), '') })),
})

/**
 * Why an engine refuses a job, in words that tell nothing of the job but the class of a node.
 * @param body what it was given
 */
export function describeRefusal(answer: unknown, body: string): string {
  const parsed = v.safeParse(RefusalSchema, answer)
  if (!parsed.success) return 'the new engine refused it'
  const { type, message, extra_info } = parsed.output.error
  const isMissing = type === 'missing_node_type' || /\bnode .*(?:does not exist|not found)/.test(message)
  if (!isMissing) return `the new engine refused it (${type.slice(0, 100)})`
  const missing = extra_info.class_type ?? classNamedIn(message, body)
  return missing === null
    ? 'the new engine has no such nodes any more'
    : `the new engine has no node ${missing.slice(0, 200)} any more`
}

/** The longest of the workflow's classes that a message names. */
function classNamedIn(message: string, body: string): string | null {
  const prompt = v.safeParse(PromptSchema, parse(body))
  if (!prompt.success) return null
  const named = Object.values(prompt.output.prompt)
    .map(({ class_type }) => class_type)
    .filter((name) => name !== '' && message.includes(name))
  return named.toSorted((one, other) => other.length - one.length)[0] ?? null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Python writes NaN, which is no JSON.
    return null
  }
}
