/** One error of a prompt, in the engine's form (ComfyUI `execution.py`, `validate_prompt`). */
export interface PromptError {
  readonly type: string
  readonly message: string
  readonly details: string
  readonly extra_info: Readonly<Record<string, unknown>>
}

export interface NodeErrors {
  readonly errors: readonly PromptError[]
  /** The output nodes that cannot run because of them. */
  readonly dependent_outputs: readonly string[]
  readonly class_type: string
}

export function promptError(
  type: string,
  message: string,
  details = '',
  extra_info: Readonly<Record<string, unknown>> = {},
): PromptError {
  return { type, message, details, extra_info }
}
