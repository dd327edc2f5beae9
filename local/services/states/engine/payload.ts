/** AWS's limit for the input or output of a state, a task or an execution: 256 KiB of UTF-8. */
export const LARGEST_PAYLOAD_BYTES = 256 * 1024;

/**
 * A JSON value on its way from state to state. It is written once: an event that carries a value which an earlier event
 * of the execution carries already refers to that event.
 */
export class Payload {
  readonly value: unknown;
  private json: string | undefined;
  private readonly fromClient: boolean;
  /** The first event of this execution's history that shows the value. */
  eventId: number | undefined;

  constructor(value: unknown, json?: string, eventId?: number) {
    this.value = value;
    this.json = json;
    this.fromClient = json !== undefined;
    this.eventId = eventId;
  }

  get text(): string {
    this.json ??= JSON.stringify(this.value);
    return this.json;
  }

  /** False for a client's own text with spaces and the like in it, which the history gives back as it came. */
  get isCanonical(): boolean {
    return !this.fromClient || this.text === JSON.stringify(this.value);
  }

  get tooLarge(): boolean {
    // A character takes at most three bytes (a surrogate pair four), so short texts need not be measured.
    return this.text.length * 3 > LARGEST_PAYLOAD_BYTES && Buffer.byteLength(this.text) > LARGEST_PAYLOAD_BYTES;
  }
}
