/** A spare is made where this much more than it needs is free. */
const MORE = 1.5
/** The memory that the machine is to keep free beside that, in bytes. */
const RESERVE = 512 * 2 ** 20

/**
 * Tells whether there is room for a spare.
 * @param neededBytes what an engine that is ready holds, which a spare does not exceed; `null` where it is not known
 */
export function hasRoomForSpare(availableBytes: number, neededBytes: number | null): boolean {
  return availableBytes >= (neededBytes ?? 2 ** 30) * MORE + RESERVE
}

/** Tells whether memory is so short that a spare which waits is to give its own back. */
export function isTooShortForSpare(availableBytes: number): boolean {
  return availableBytes < RESERVE
}
