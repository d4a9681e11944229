/** A function that memory was allocated in, or for. */
export interface Allocator {
  readonly function: string
  /** Empty where it is not known. */
  readonly file: string
  /** From 1; 0 where it is not known. */
  readonly line: number
  readonly bytes: number
  /** 0 to 1, of the whole profile. */
  readonly share: number
  /** With all that it called, whoever that counts for. */
  readonly cumulativeBytes: number | null
  readonly cumulativeShare: number | null
}
