/** CPU time and memory of a system at one moment, by part; the parts are the system's own. */
export interface Usage {
  /** All of it; the parts may be known less exactly, or not at all. */
  readonly cpuSeconds: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly memoryBytes: number;
  /** Calls between its services since its start, where it counts them. */
  readonly calls: Readonly<Record<string, number>>;
}

/** Something that takes orders, over empty state: the house's local host, or one of its peers. */
export interface System {
  readonly name: string;
  /** Versions and settings, for the record. */
  readonly description: Readonly<Record<string, unknown>>;
  /** Resolves to the order's id when it is accepted, and rejects when it is not. */
  submit(number: number, idempotencyKey: string): Promise<string>;
  /** Resolves when the order has reached a terminal status. */
  ended(orderId: string): Promise<void>;
  usage(): Promise<Usage>;
  /** Waits until nothing is left to do; resolves to the moment (of `performance.now()`) in which the last of it was done. */
  rest(): Promise<number>;
  /** A sentence for everything that is not as it must be at rest, with so many orders. */
  check(orders: number): Promise<readonly string[]>;
  close(): Promise<void>;
}
